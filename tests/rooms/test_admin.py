"""What is reported, done and said in rooms, in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.admin.base import EndlessAdmin
from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.models import Case, Held, Membership, Message, Report, Room, Sanction, Why, WordList
from tests.accounts.test_admin import act, ask
from tests.conftest import person

LISTS = [
    "rooms/case/",
    "rooms/case/?q=@bob",
    "rooms/case/?q=lobby",
    "rooms/case/?state=open",
    "rooms/sanction/",
    "rooms/sanction/?q=@bob",
    "rooms/sanction/?q=lobby",
    "rooms/sanction/?q=lobby&state=stands&measure=ban&lately=7",
    "rooms/case/?q=lobby&state=open&what=spam",
    "rooms/membership/",
    "rooms/membership/?q=lobby",
    "rooms/membership/?q=lobby&role=member&muted=yes",
    "rooms/membership/?q=lobby+@bob+and+many+more+words+than+there+is+to+look+for",
    "rooms/wordlist/",
]


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def fill(room: Room, by: User, size: int) -> None:
    start = User.objects.count()
    for number in range(start, start + size):
        each = person(f"p{number}", f"P {number}")
        case = Case.objects.create(room=room, person=each)
        Report.objects.create(case=case, reporter=by, kind="spam", comment="x")
        actions.sanctions.ban(by=mine(by, room), member=mine(each, room))
        Membership.objects.create(room=room, user=person(f"m{number}", f"M {number}"))


def test_no_list_and_no_page_takes_more_queries_for_more_rows(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    costs = []
    for size in (1, 2, 9):  # the first time the admin learns what types there are
        fill(lobby, alice, size)
        case, ban = Case.objects.latest("pk"), Sanction.objects.latest("pk")
        member = Membership.objects.latest("pk")
        pages = [
            f"rooms/case/{case.pk}/change/",
            f"rooms/sanction/{ban.pk}/change/",
            f"rooms/membership/{member.pk}/change/",
        ]
        costs.append([ask(as_grace, address) for address in LISTS + pages])
    assert costs[1] == costs[2]
    assert max(costs[1]) <= 9


def test_reports_are_dismissed_and_handed_on_in_bulk(
    lobby: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    said = [actions.messages.post(room=lobby, author=each, text="spam") for each in (alice, bob)]
    by = mine(mallory, lobby)
    on_alice, on_bob = (
        actions.reports.report_message(by=by, message=each, kind="spam").case for each in said
    )
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"/staff/reports/{on_alice.pk}/" in page
    assert f"/rooms/lobby/reports/{on_bob.pk}/" in page
    page = act(as_grace, "rooms/case", "escalate", on_alice, on_bob)
    assert "Done: 1." in page
    assert "Please choose what is to be done." in page
    assert "Done: 2." in act(as_grace, "rooms/case", "dismiss", on_alice, on_bob, reason="Fine")
    assert not Case.objects.open().exists()
    assert AuditEntry.objects.filter(verb="decided report", reason="Fine").count() == 2


def test_what_staff_may_not_read_of_is_not_there(
    den: Room, alice: User, bob: User, grace: User, lobby: Room, as_grace: Client, as_ada: Client
) -> None:
    secret = actions.messages.post(room=den, author=bob, text="a secret of the den")
    hidden = actions.reports.report_message(by=mine(alice, den), message=secret, kind="other").case
    on_staff = actions.reports.report_person(
        by=bob, person=grace, room=None, kind="other", comment="an unfair judge"
    ).case
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"case/{hidden.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" in as_ada.get("/admin/rooms/case/").content.decode()
    for case in (hidden, on_staff):
        assert as_grace.get(f"/admin/rooms/case/{case.pk}/change/").status_code == 302
        act(as_grace, "rooms/case", "dismiss", case)
        case.refresh_from_db()
        assert case.is_open


def test_sanctions_are_lifted_and_messages_removed_by_the_same_actions(
    lobby: Room, den: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    here, there = (actions.messages.post(room=r, author=bob, text="spam") for r in (lobby, den))
    page = act(as_grace, "rooms/message", "remove", here, there, reason="Spam")
    assert "Done: 1." in page
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.is_removed, here.removal_reason, there.is_removed) == (True, "Spam", False)
    assert "Done: 1." in act(as_grace, "rooms/message", "restore", here, there, reason="A slip")
    here.refresh_from_db()
    assert not here.is_removed
    muted = actions.sanctions.mute(by=mine(alice, lobby), member=mine(bob, lobby))
    banned = actions.sanctions.ban(by=mine(alice, lobby), member=mine(mallory, lobby))
    assert "Done: 2." in act(as_grace, "rooms/sanction", "lift", muted, banned, reason="Sorry")
    assert "It is over" in act(as_grace, "rooms/sanction", "lift", muted)
    assert not mine(bob, lobby).is_muted
    verbs = set(AuditEntry.objects.filter(area=lobby.area).values_list("verb", flat=True))
    assert {"removed message", "lifted mute", "lifted ban"} <= verbs


def test_what_is_said_in_private_rooms_is_not_there_for_anybody(
    lobby: Room, den: Room, alice: User, bob: User, as_grace: Client, as_ada: Client
) -> None:
    """Neither for staff nor for administrators, in no list, search or page of its own."""
    there, here = (
        actions.messages.post(room=r, author=bob, text="my secret") for r in (den, lobby)
    )
    waits = [
        Held.objects.create(room=room, author=bob, text="held secret", why=Why.WORD)
        for room in (den, lobby)
    ]
    for client in (as_grace, as_ada):
        for model, (hidden, shown) in {"message": (there, here), "held": waits}.items():
            for asked in ("", "?q=@bob", "?q=den", f"?pk={hidden.pk}"):
                page = client.get(f"/admin/rooms/{model}/{asked}", follow=True).text
                assert f"/{model}/{hidden.pk}/change/" not in page
            assert f"/{model}/{shown.pk}/change/" in client.get(f"/admin/rooms/{model}/").text
            assert client.get(f"/admin/rooms/{model}/{hidden.pk}/change/").status_code == 302


def test_what_waits_is_let_in_and_rejected_in_bulk(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    """By the same actions as in the room: one's own rank counts, and nothing is decided twice."""
    waits = [
        Held.objects.create(room=lobby, author=bob, text=text, why=Why.WORD)
        for text in ("one", "two", "three")
    ]
    assert "Done: 2." in act(as_grace, "rooms/held", "approve", *waits[:2])
    assert [m.text for m in Message.objects.order_by("seq")] == ["one", "two"]
    assert "Done: 1." in act(as_grace, "rooms/held", "reject", *waits, reason="Off topic")
    assert not Held.objects.waiting().exists()
    assert Held.objects.get(decision="rejected").reason == "Off topic"
    assert AuditEntry.objects.filter(verb="rejected message", target=bob.pk).count() == 1


def test_rooms_are_archived_and_brought_back(lobby: Room, den: Room, as_grace: Client) -> None:
    page = act(as_grace, "rooms/room", "archive", lobby, den)
    assert "Done: 1." in page
    lobby.refresh_from_db()
    assert lobby.is_archived
    assert AuditEntry.objects.get(verb="changed room").area == lobby.area
    act(as_grace, "rooms/room", "bring_back", lobby)
    lobby.refresh_from_db()
    assert not lobby.is_archived


PEOPLE = "rooms/membership"


def test_people_of_a_room_are_muted_let_write_again_and_shown_out(
    lobby: Room, alice: User, bob: User, carol: User, as_grace: Client
) -> None:
    them = list(lobby.memberships.exclude(user=alice))
    page = act(as_grace, PEOPLE, "mute", *them, seconds="3600", reason="Calm down")
    assert "Done: 2." in page
    assert all(mine(each, lobby).is_muted for each in (bob, carol))
    assert Sanction.objects.get(person=bob).until < timezone.now() + timedelta(hours=1)
    assert "Done: 2." in act(as_grace, PEOPLE, "unmute", *them)
    assert not mine(bob, lobby).is_muted
    assert "Done: 2." in act(as_grace, PEOPLE, "show_out", *them, reason="Enough")
    assert set(lobby.memberships.values_list("user__username", flat=True)) == {"alice"}
    verbs = list(
        AuditEntry.objects.filter(target=bob, area=lobby.area).values_list("verb", "reason")
    )
    assert verbs[-3:] == [
        ("muted", "Calm down"),
        ("lifted mute", ""),
        ("removed from room", "Enough"),
    ]


def test_people_of_a_room_are_banned_and_let_in_again(
    lobby: Room, bob: User, as_grace: Client, as_bob: Client
) -> None:
    """A ban ends where sanctions are, as whoever is banned is in no room."""
    member = lobby.memberships.get(user=bob)
    assert "Done: 1." in act(as_grace, PEOPLE, "ban", member, seconds="", reason="Spam")
    assert as_bob.get("/rooms/lobby/").status_code == 403
    assert "@bob" not in as_grace.get(f"/admin/{PEOPLE}/?q=lobby").text
    ban = Sanction.objects.get(person=bob)
    assert ban.is_for_ever
    for address in ("", f"{ban.pk}/change/"):
        page = as_grace.get(f"/admin/rooms/sanction/{address}").text
        assert "for ever" in page
        assert "9000" not in page
    assert "Done: 1." in act(as_grace, "rooms/sanction", "lift", ban)
    assert as_bob.get("/rooms/lobby/").status_code == 200


def test_what_people_of_a_room_said_is_removed(
    lobby: Room, bob: User, alice: User, as_grace: Client
) -> None:
    member = lobby.memberships.get(user=bob)
    said = [actions.messages.post(room=lobby, author=bob, text=text) for text in "abcd"]
    for message, hours in zip(said, (40, 20, 0, 0), strict=True):
        then = timezone.now() - timedelta(hours=hours)
        Message.objects.filter(pk=message.pk).update(created_at=then)
    for action, left in (("sweep_hour", "ab"), ("sweep_day", "a"), ("sweep", "")):
        assert "Done: 1." in act(as_grace, PEOPLE, action, member, reason="Spam")
        standing = Message.objects.filter(author=bob, removed_at=None).order_by("seq")
        assert "".join(standing.values_list("text", flat=True)) == left
    assert "There was nothing of theirs to remove." in act(as_grace, PEOPLE, "sweep", member)


@pytest.mark.parametrize("seconds", ["-60", "soon", "9" * 20, "0"])
def test_a_time_that_cannot_be_mutes_nobody(
    lobby: Room, bob: User, as_grace: Client, seconds: str
) -> None:
    member = lobby.memberships.get(user=bob)
    for action in ("mute", "ban"):
        page = act(as_grace, PEOPLE, action, member, seconds=seconds)
        assert "A time is a whole number of seconds" in page
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("action", ["mute", "ban", "show_out", "sweep"])
def test_nobody_acts_on_themselves_an_equal_or_somebody_higher(
    lobby: Room, grace: User, sam: User, ada: User, as_grace: Client, action: str
) -> None:
    for each in (grace, sam, ada):
        actions.members.join(member=mine(each, lobby))
        actions.messages.post(room=lobby, author=each, text="said")
    them = lobby.memberships.filter(user__in=[grace, sam, ada])
    page = act(as_grace, PEOPLE, action, *them)
    assert "Done" not in page
    assert page.count("in lobby: ") == 3
    assert not Sanction.objects.exists()
    assert lobby.memberships.count() == 5
    assert not Message.objects.exclude(removed_at=None).exists()


def test_who_is_in_a_private_room_or_a_conversation_is_not_there_for_anybody(
    lobby: Room, den: Room, talk: Room, bob: User, as_grace: Client, as_ada: Client
) -> None:
    hidden = [room.memberships.get(user=bob) for room in (den, talk)]
    for client in (as_grace, as_ada):
        for asked in ("", "?q=@bob", "?q=den", f"?q={talk.slug}", "?role=member"):
            page = client.get(f"/admin/{PEOPLE}/{asked}").text
            assert not any(f"/membership/{each.pk}/change/" in page for each in hidden)
        assert (
            f"/membership/{lobby.memberships.get(user=bob).pk}/"
            in client.get(f"/admin/{PEOPLE}/?q=@bob").text
        )
        for each in hidden:
            assert client.get(f"/admin/{PEOPLE}/{each.pk}/change/").status_code == 302
        assert "Done" not in act(client, PEOPLE, "ban", *hidden)
    assert not Sanction.objects.exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=lobby", "alice bob carol"),
        ("q=@bob", "bob"),
        ("q=lobby+@carol", "carol"),
        ("q=@carol+/rooms/lobby/", "carol"),
        ("q=@nobody", ""),
        ("q=nowhere+@bob", ""),
        ("role=owner", "alice"),
        ("role=moderator&q=lobby", "carol"),
        ("muted=yes", "bob"),
        ("muted=yes&role=moderator", ""),
        ("role=nonsense", "alice bob carol"),
    ],
)
def test_people_of_rooms_are_found(
    lobby: Room, alice: User, bob: User, carol: User, as_grace: Client, asked: str, found: str
) -> None:
    actions.sanctions.mute(by=mine(alice, lobby), member=mine(bob, lobby))
    page = as_grace.get(f"/admin/{PEOPLE}/?{asked}").text
    assert sorted(re.findall(r"\(@(\w+)\)", page)) == found.split()


def test_cases_are_decided_in_bulk_as_in_their_queue(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client
) -> None:
    by = mine(mallory, lobby)
    said = {
        each: actions.messages.post(room=lobby, author=each, text="spam") for each in (bob, carol)
    }
    cases = [
        actions.reports.report_message(by=by, message=message, kind="spam").case
        for message in said.values()
    ]
    page = act(as_grace, "rooms/case", "uphold", *cases)
    assert "Please choose what is to be done." in page
    assert "Done: 2." in act(as_grace, "rooms/case", "mute", *cases, seconds="600", reason="Spam")
    assert not Message.objects.filter(removed_at=None).exists()
    assert mine(bob, lobby).is_muted
    assert mine(carol, lobby).is_muted
    mute = Sanction.objects.get(person=bob)
    answer = actions.appeals.appeal(person=bob, against=mute, text="It was not me.")
    assert "has decided this already" in act(as_grace, "rooms/case", "keep", cases[0])
    assert "Done: 1." in act(as_grace, "rooms/case", "lift", answer)
    assert not mine(bob, lobby).is_muted


def test_word_lists_are_emptied(lobby: Room, alice: User, grace: User, as_grace: Client) -> None:
    here = actions.words.change(by=mine(alice, lobby), blocked="spam")
    there = actions.words.change_site(by=grace, masked="rude")
    assert "Done: 2." in act(as_grace, "rooms/wordlist", "empty", here, there)
    assert not WordList.objects.exclude(blocked="", masked="", held="").exists()
    assert AuditEntry.objects.filter(verb="changed words", actor=grace).count() == 3


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("removed=yes", {3}),
        ("removed=no", {1, 2, 4}),
        ("files=yes", {4}),
        ("files=yes&removed=yes", set()),
        ("q=@bob&removed=yes", {3}),
        ("q=@alice&removed=yes", set()),
        ("q=lobby&removed=yes", {3}),
        ("lately=1", {2, 3, 4}),
        ("lately=1&q=@bob", {3, 4}),
        ("lately=x", {1, 2, 3, 4}),
    ],
)
def test_messages_are_filtered(
    lobby: Room, den: Room, alice: User, bob: User, as_grace: Client, asked: str, found: set[int]
) -> None:
    """Of public rooms alone; an old one by each, and a removed one with its name still there."""
    for room in (den, lobby):
        for author, text in ((alice, "old"), (alice, "new"), (bob, "gone"), (bob, "with a file")):
            actions.messages.post(room=room, author=author, text=text)
        room.messages.filter(seq=1).update(created_at=timezone.now() - timedelta(days=2))
        room.messages.filter(seq=3).update(removed_at=timezone.now())
        room.messages.filter(seq=4).update(
            files=[["k", "x.txt", "text/plain", 1, None, None, False, ""]]
        )
    page = as_grace.get(f"/admin/rooms/message/?{asked}").text
    assert {int(seq) for seq in re.findall(r">lobby/(\d)<", page)} == found
    assert ">den/" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=stands", "alice carol"),
        ("state=over", "bob"),
        ("state=lifted", "mallory"),
        ("measure=ban", "carol mallory"),
        ("measure=ban&state=stands", "carol"),
        ("q=lobby+@bob&state=over", "bob"),
        ("q=@bob&state=stands", ""),
        ("lately=7", "alice bob carol mallory"),
    ],
)
def test_sanctions_are_filtered(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client, asked: str,
    found: str,
) -> None:  # fmt: skip
    now = timezone.now()
    later, before = now + timedelta(hours=1), now - timedelta(minutes=1)
    for person_, measure, until, lifted in (
        (alice, "mute", later, None),
        (bob, "mute", before, None),
        (carol, "ban", later, None),
        (mallory, "ban", later, now),
    ):
        Sanction.objects.create(
            room=lobby, person=person_, measure=measure, until=until, lifted_at=lifted
        )
    page = as_grace.get(f"/admin/rooms/sanction/?{asked}").text
    assert sorted(re.findall(r"/members/(\w+)/", page)) == found.split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", "bob carol"),
        ("state=closed", "mallory"),
        ("what=appeal", "carol"),
        ("what=spam", "bob mallory"),
        ("what=harassment", ""),
        ("what=spam&state=open", "bob"),
        ("q=lobby&what=spam", "bob mallory"),
    ],
)
def test_reports_are_filtered(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client, asked: str,
    found: str,
) -> None:  # fmt: skip
    mute = Sanction.objects.create(
        room=lobby, person=carol, measure="mute", until=timezone.now() + timedelta(hours=1)
    )
    for person_, closed, appealed in (
        (bob, None, None),
        (mallory, timezone.now(), None),
        (carol, None, mute),
    ):
        case = Case.objects.create(room=lobby, person=person_, closed_at=closed, sanction=appealed)
        if appealed is None:
            Report.objects.create(case=case, reporter=alice, kind="spam", comment="x")
    names = {user.name: user.username for user in (bob, carol, mallory)}
    page = as_grace.get(f"/admin/rooms/case/?{asked}").text
    shown = re.findall(r'class="field-person[^"]*">([^<]*)<', page)
    assert sorted(names[name] for name in shown) == found.split()


def test_rooms_are_filtered(
    lobby: Room, den: Room, talk: Room, alice: User, as_grace: Client
) -> None:
    actions.rooms.change(by=mine(alice, lobby), archived=True)
    for asked, found in (
        ("", {"lobby", "den"}),
        ("kind=public", {"lobby"}),
        ("kind=private", {"den"}),
        ("kind=direct", {"lobby", "den"}),
        ("archived=yes", {"lobby"}),
        ("archived=no&kind=public", set()),
    ):
        page = as_grace.get(f"/admin/rooms/room/?{asked}").text
        assert {room.name for room in (lobby, den) if f"/room/{room.pk}/change/" in page} == found
        assert f"/room/{talk.pk}/change/" not in page
    assert "kind=direct" not in as_grace.get("/admin/rooms/room/").text


def test_what_stands_in_public_rooms_is_listed_however_much_is_said_elsewhere(
    lobby: Room,
    den: Room,
    alice: User,
    bob: User,
    as_grace: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(EndlessAdmin, "looked_at", 3)
    actions.messages.post(room=lobby, author=alice, text="the first")
    for number in range(5):
        actions.messages.post(room=den, author=bob, text=f"secret {number}")
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/").text


def test_no_more_is_looked_at_than_so_much(
    lobby: Room, alice: User, bob: User, as_grace: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was searched for the newest, unless an index has what is filtered by as well."""
    monkeypatch.setattr(EndlessAdmin, "looked_at", 2)
    for text in "abc":
        actions.messages.post(room=lobby, author=bob, text=text)
    lobby.messages.filter(seq=1).update(removed_at=timezone.now(), files=[["k", "x", "y", 1]])
    assert ">lobby/1<" not in as_grace.get("/admin/rooms/message/?q=@bob").text
    assert ">lobby/1<" not in as_grace.get("/admin/rooms/message/?q=@bob&files=yes").text
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/?q=@bob&removed=yes").text
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/?files=yes&removed=yes").text


@pytest.mark.parametrize("model", ["rooms/case", "rooms/sanction", "rooms/membership"])
def test_nothing_of_it_is_deleted_here(
    lobby: Room, alice: User, as_ada: Client, model: str
) -> None:
    fill(lobby, alice, 1)
    row: Model | None = apps.get_model(model.replace("/", ".")).objects.first()
    assert row is not None
    assert as_ada.post(f"/admin/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert as_ada.post(f"/admin/{model}/add/", {}).status_code == 403
    act(as_ada, model, "delete_selected", row, post="yes")
    assert type(row).objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]
    assert Message.objects.count() == 0
