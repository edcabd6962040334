"""Finding messages, the same on both databases; and never what one may not read."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms import actions
from rooms.models import Kind, Membership, Message, Room
from rooms.models.found import room_term
from rooms.search import find, postgresql
from rooms.search.find import Place, search
from rooms.search.match import Match
from tests.rooms.files import upload

JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)


def say(room: Room, author: User, *texts: str) -> list[Message]:
    return [actions.messages.post(room=room, author=author, text=text) for text in texts]


def found(user: User, text: str, *, best: bool = False) -> list[str]:
    """The texts of all results, page after page."""
    texts: list[str] = []
    after: Place | None = None
    while True:
        results = search(user, text, best=best, after=after)
        texts += [result.message.text for result in results.found]
        after = results.next
        if after is None:
            return texts
        assert Place.read(str(after)) == after


def test_words_are_found_in_any_form_and_order(lobby: Room, alice: User, bob: User) -> None:
    say(lobby, alice, "We planted the citrus", "Citrus is planted by nobody", "A plant", "Frost")
    assert found(bob, "plants citrus") == ["Citrus is planted by nobody", "We planted the citrus"]
    assert found(bob, "CÍTRUS plant") == found(bob, "plants citrus")
    assert found(bob, "nothing") == []


def test_a_phrase_is_found_in_a_row(lobby: Room, alice: User) -> None:
    say(lobby, alice, "white frost tonight", "frost, white", "white, then frost", "white-frost")
    assert found(alice, '"white frost"') == ["white-frost", "white frost tonight"]
    assert found(alice, '"frost white"') == ["frost, white"]


def test_every_script_is_found(lobby: Room, alice: User) -> None:
    texts = [
        "佐藤は東京都に住む",
        "ليلى منصور",
        "Ольга Лебедева",
        "서연이가 왔다",
        "नमस्ते दुनिया",
        "สวัสดีครับ",
    ]
    say(lobby, alice, *texts)
    for words, text in zip(["東京", "منصور", "ольга", "서연", "दुनिया", "สวัสดี"], texts, strict=True):
        assert found(alice, words) == [text], words


def test_rooms_people_and_kinds_narrow_it(lobby: Room, den: Room, alice: User, bob: User) -> None:
    say(lobby, alice, "key one", "key https://example.org/", "key `code`")
    say(lobby, bob, "key two")
    say(den, bob, "key three")
    assert found(alice, "key in:lobby from:bob") == ["key two"]
    assert found(alice, "from:BOB key") == ["key three", "key two"]
    assert found(bob, "from:me key in:den") == ["key three"]
    assert found(alice, f"in:{den.slug}") == ["key three"]
    assert found(alice, "in:lobby in:den from:bob") == ["key three", "key two"]
    assert found(alice, "has:link") == ["key https://example.org/"]
    assert found(alice, "has:code key") == ["key `code`"]
    assert found(alice, "has:code has:link") == []
    assert found(alice, "key from:alice from:bob in:den") == ["key three"]


def test_files_are_found_by_their_names_and_by_being_there(lobby: Room, alice: User) -> None:
    say(lobby, alice, "my garden, without a picture")
    (member,) = Membership.objects.now(lobby, alice)
    for text in ("", "look"):
        with actions.attachments.brought(by=member, files=[upload("Garden_Plan.pdf")]) as files:
            actions.messages.post(room=lobby, author=alice, text=text, files=files)
    assert found(alice, "has:file") == ["look", ""]
    assert found(alice, "plans") == found(alice, "garden plans", best=True)[::-1] == ["look", ""]
    (first, _) = search(alice, "plan", best=False, after=None).found
    assert "Garden_<mark>Plan</mark>" in first.snippet
    assert found(alice, "garden -x has:link") == []
    last = lobby.messages.get(seq=3)
    actions.messages.edit(member=member, message=last, text="")
    assert found(alice, "has:file plan") == ["", ""]
    actions.removals.remove(member=member, message=last)
    assert found(alice, "plan") == [""]


def test_dates_narrow_it(lobby: Room, alice: User) -> None:
    for number, message in enumerate(say(lobby, alice, *(f"day {n}" for n in range(6)))):
        at = JUNE + timedelta(days=number)
        Message.objects.filter(pk=message.pk).update(created_at=at)
    assert found(alice, "day on:2026-06-03") == ["day 2"]
    assert found(alice, "day after:2026-06-03 before:2026-06-06") == ["day 4", "day 3"]
    assert found(alice, "before:2026-06-02") == ["day 0"]
    assert found(alice, "in:lobby after:2026-06-05 day") == ["day 5"]
    assert found(alice, "day before:1999") == found(alice, "day after:2400") == []
    assert len(found(alice, "day on:2026")) == 6


def test_what_is_removed_is_gone_at_once_and_an_edit_is_found(lobby: Room, alice: User) -> None:
    hers = lobby.memberships.get(user=alice)
    one, two = say(lobby, alice, "a slip of the tongue", "frost on tuesday")
    actions.removals.remove(member=hers, message=one)
    assert found(alice, "tongue") == found(alice, "slip") == []
    actions.messages.edit(member=hers, message=two, text="frost on wednesday")
    assert found(alice, "tuesday") == []
    assert found(alice, "wednesday") == found(alice, "frost") == ["frost on wednesday"]
    Message.objects.filter(pk=one.pk).update(removed_at=None)
    assert found(alice, "tongue") == ["a slip of the tongue"]
    lobby.delete()
    assert found(alice, "frost") == []
    assert connection.vendor != "sqlite" or counted("rooms_found", "frost") == 0


def counted(table: str, word: str) -> int:
    with connection.cursor() as cursor:
        sql = f"SELECT count(*) FROM {table} WHERE {table} MATCH %s"  # noqa: S608
        cursor.execute(sql, [word])
        return int(cursor.fetchone()[0])


def test_one_finds_only_what_one_may_read(
    lobby: Room, den: Room, alice: User, bob: User, mallory: User
) -> None:
    say(den, alice, "the secret key")
    say(lobby, alice, "the public key")
    assert found(bob, "key") == ["the public key", "the secret key"]
    assert found(mallory, "key") == ["the public key"]
    assert found(mallory, "secret") == found(mallory, "in:den") == []
    assert found(mallory, f"in:{den.slug} key") == found(mallory, "in:no-such-room key") == []
    actions.members.leave(member=den.memberships.get(user=bob))
    assert found(bob, "key") == ["the public key"]
    actions.members.add(by=den.memberships.get(user=alice), user=mallory)
    assert found(mallory, "secret") == ["the secret key"]


def test_the_search_asks_the_same_whether_a_room_is_hidden_or_not_there(
    den: Room, alice: User, mallory: User
) -> None:
    say(den, alice, "the secret key")
    asked = []
    for room in (den.slug, "no-such-room"):
        with CaptureQueriesContext(connection) as captured:
            search(mallory, f"key in:{room}", best=False, after=None)
        asked.append([query["sql"].replace(room, "?") for query in captured.captured_queries])
    assert asked[0] == asked[1]


def test_pages_go_on_to_the_end_without_gap_or_repeat(lobby: Room, alice: User) -> None:
    texts = [f"key {n}" for n in range(47)]
    say(lobby, alice, *texts)
    first = search(alice, "key", best=False, after=None)
    assert len(first.found) == 20
    assert found(alice, "key") == texts[::-1]
    assert sorted(found(alice, "key", best=True)) == sorted(texts)


def test_the_best_come_first(lobby: Room, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "the frost came and " + "went on and on " * 20
    say(lobby, alice, "frost frost frost", long, "frost tonight")
    assert found(alice, "frost", best=True) == ["frost frost frost", "frost tonight", long.strip()]
    monkeypatch.setattr(find, "BEST_OF", 2)
    assert found(alice, "frost", best=True) == ["frost tonight", long.strip(), "frost frost frost"]


@pytest.mark.parametrize(("walk", "farther"), [(0, 0), (3, 0), (0, 7), (0, 30), (9, 2_000)])
def test_postgresqls_three_ways_find_the_same(
    lobby: Room, den: Room, alice: User, monkeypatch: pytest.MonkeyPatch, walk: int, farther: int
) -> None:
    """In public rooms and private ones, of which one is quiet while others talk."""
    monkeypatch.setattr(postgresql, "WALK", walk)
    monkeypatch.setattr(postgresql, "FARTHER", farther)
    monkeypatch.setattr(postgresql, "LEAST", 2)
    monkeypatch.setattr(find, "PAGE", 3)
    nook = actions.rooms.create(owner=alice, name="nook", kind=Kind.PRIVATE)
    said = []
    for n in range(40):
        room = (lobby, lobby, den)[n % 3] if n > 9 else nook
        said += say(room, alice, f"key {n} {'rare' if n % 9 == 0 else 'common'}")
    texts = [message.text for message in reversed(said)]
    assert found(alice, "key") == texts
    assert found(alice, "rare") == [text for text in texts if "rare" in text]
    assert found(alice, "key in:nook") == texts[-10:]
    assert found(alice, "key in:lobby") == [m.text for m in reversed(said) if m.room == lobby]


def test_a_public_room_can_be_left_out(lobby: Room, alice: User) -> None:
    garden = actions.rooms.create(owner=alice, name="garden")
    one, _ = say(lobby, alice, "key")[0], say(garden, alice, "key")
    match = Match([[("key",)]], rooms=[], public=True, without=[(room_term(garden.pk),)])
    assert find.index.matches(match, 9) == [one.pk]


def test_many_private_rooms_are_searched_at_once(alice: User) -> None:
    rooms = Room.objects.bulk_create(
        Room(name=f"r{n}", name_key=f"r{n}", slug=f"r{n}", kind=Kind.PRIVATE) for n in range(300)
    )
    Membership.objects.bulk_create(Membership(room=room, user=alice) for room in rooms)
    say(rooms[7], alice, "a needle")
    assert found(alice, "needle") == ["a needle"]


HOSTILE = [
    '"', "'", "''", "\\", "\\'", "%", "_", "*", "a*", "^a", "a:b", "terms:a", "NEAR(a b)", "a AND",
    "OR", "NOT a", "-a", "+a", "a & b", "a | !b", "a <-> b", "a:*", "(", ")", "((a)", "{a}: b",
    "a\x00b", "\x00", "rooms_found", "'); DROP TABLE rooms_message; --", "in:' OR 1=1 --", "in:%",
    "from:_____", "from:\x00", "in:\\", "\ue000public", "\ue000r1 x", "on:2026-99", "🎉", "\u202e",
    "a" * 10_000, '"' * 499, "( " * 200, "in:a " * 90, "from:a " * 70, "a1 " * 20, "東" * 499,
    "has: in: from:", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_anybodys_syntax(
    lobby: Room, den: Room, alice: User, mallory: User, text: str
) -> None:
    say(den, alice, "secret a b public terms in from")
    say(lobby, alice, "a b")
    for best in (False, True):
        assert set(found(mallory, text, best=best)) <= {"a b"}


@pytest.mark.parametrize(
    "text", ["", "x", "-", "1-2", "1-2-3-4", "-1", "9" * 19, "1--2", "٣", "1-2-x"]
)
def test_what_is_no_place_is_none(text: str) -> None:
    assert Place.read(text) is None


def test_what_was_said_before_there_was_a_search_is_found(lobby: Room, alice: User) -> None:
    messages = say(lobby, alice, "the key", "https://example.org/")
    for message in messages:
        message.terms = []
    Message.objects.bulk_update(messages, ["terms"])
    assert found(alice, "key") == []
    migration = import_module("rooms.migrations.0006_search")
    migration.read_what_there_is(apps, None)
    assert found(alice, "key") == ["the key"]
    assert found(alice, "has:link in:lobby") == ["https://example.org/"]


def test_a_table_that_is_made_anew_keeps_the_index(lobby: Room, alice: User) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in ("insert", "update", "delete"):
                cursor.execute(f"DROP TRIGGER rooms_found_{name}")
    find.index.keep()
    find.index.keep()
    message = say(lobby, alice, "the key")[0]
    assert found(alice, "key") == ["the key"]
    actions.removals.remove(member=lobby.memberships.get(user=alice), message=message)
    assert found(alice, "key") == []
