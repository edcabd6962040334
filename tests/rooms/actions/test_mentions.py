"""Whom a message speaks to."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions import blocks
from accounts.models import User
from rooms import access, actions
from rooms.models import Mention, Message, Room
from tests.conftest import person, signed_in


def said(room: Room, author: User, text: str) -> Message:
    return actions.messages.post(room=room, author=author, text=text)


def told(message: Message) -> set[str]:
    return set(message.mentions.values_list("user__username", flat=True))


@pytest.mark.parametrize(
    "text", ["@bob", "hi @bob.", "(@bob)", "**@bob**", "@BOB!", "a\n- @bob", "> @bob", "@bob's"]
)
def test_a_name_behind_an_at_is_told(lobby: Room, alice: User, bob: User, text: str) -> None:
    message = said(lobby, alice, text)
    assert '<span class="at" dir="auto">@bob</span>' in message.html
    assert told(message) == {"bob"}


@pytest.mark.parametrize(
    "text",
    [
        "bob",
        "a@bob",
        "`@bob`",
        "```\n@bob\n```",
        r"\@bob",
        "@bobby",
        "@bob@example.org",
        "[@bob](https://example.org/)",
        "https://example.org/@bob",
        "@@bob",
    ],
)
def test_what_is_no_mention_tells_nobody(lobby: Room, alice: User, bob: User, text: str) -> None:
    message = said(lobby, alice, text)
    assert 'class="at"' not in message.html
    assert told(message) == set()


@pytest.mark.parametrize("name", ["Żółć", "дарья", "田中", "a.b-c_d", "नमस्ते"])
def test_names_of_every_alphabet_are_known(lobby: Room, alice: User, name: str) -> None:
    person(name, "")
    message = said(lobby, alice, f"well, @{name}, and you?")
    assert told(message) == {name}


def test_a_name_that_only_looks_alike_is_not_that_name(lobby: Room, alice: User, bob: User) -> None:
    assert told(said(lobby, alice, "@b0b @bоb")) == set()


def test_the_author_is_not_told_of_themselves(lobby: Room, alice: User) -> None:
    message = said(lobby, alice, "@alice said so")
    assert 'class="at"' in message.html
    assert told(message) == set()


def test_an_owner_calls_everybody_and_a_member_does_not(
    lobby: Room, alice: User, bob: User, mallory: User
) -> None:
    assert told(said(lobby, alice, "@room: lunch, @mallory too")) == {"bob", "mallory"}
    message = said(lobby, bob, "@room: me too")
    assert told(message) == set()
    assert 'class="at"' not in message.html


def test_who_blocks_the_writer_is_not_told(
    lobby: Room, alice: User, bob: User, mallory: User
) -> None:
    for deaf in (bob, mallory):
        blocks.block(by=deaf, person=alice)
    message = said(lobby, alice, "@bob, @mallory, @room")
    assert message.html.count('class="at"') == 3
    assert told(message) == set()
    blocks.unblock(by=bob, person=alice)
    assert told(said(lobby, alice, "@bob, @mallory, @room")) == {"bob"}


def test_only_who_may_read_the_room_is_told_and_only_the_writer_hears_of_it(
    den: Room, alice: User, bob: User, mallory: User
) -> None:
    message = said(den, alice, "@bob, not a word to @mallory")
    assert told(message) == {"bob"}
    assert message.unreached == ["mallory"]
    assert "@mallory cannot read this room" in message.unreached_text
    page = signed_in(mallory).get("/mentions/").content.decode()
    assert "not a word" not in page
    assert den.slug not in page


def test_the_writer_is_told_on_the_next_page(den: Room, as_alice: Client, mallory: User) -> None:
    address = f"/rooms/{den.slug}/messages/"
    as_alice.post(address, {"message": "psst @mallory"})
    page = as_alice.get(f"/rooms/{den.slug}/").content.decode()
    assert "@mallory cannot read this room" in page
    answer = as_alice.post(address, {"message": "@mallory"}, headers={"HX-Request": "true"})
    assert "@mallory cannot read this room" in answer.content.decode()


def test_an_edit_tells_those_whom_it_names_now(lobby: Room, alice: User, bob: User) -> None:
    message = said(lobby, alice, "@bob")
    hers = access.membership(alice, "lobby")
    actions.messages.edit(member=hers, message=message, text="nobody")
    assert told(message) == set()
    actions.messages.edit(member=hers, message=message, text="now @bob, @bob")
    assert told(message) == {"bob"}
    actions.removals.remove(member=hers, message=message)
    assert not Mention.objects.exists()


def test_a_text_of_names_alone_asks_for_few(lobby: Room, alice: User) -> None:
    text = " ".join(f"@name{number}" for number in range(1_000))
    assert told(said(lobby, alice, text)) == set()


def test_the_row_says_whom_it_names_and_nothing_typed_can(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    said(lobby, alice, "@bob and @room")
    said(lobby, alice, '<span class="at">@bob</span> data-mentions="bob"')
    page = as_bob.get("/rooms/lobby/").content.decode()
    assert page.count('data-mentions="bob room"') == 1
    assert page.count('<article id="m2" class="message follows" data-seq="2"') == 1
    assert '.message:is([data-mentions~="bob"],[data-mentions~="room"])' in page


def test_the_inbox_leads_to_each_place_the_latest_first(
    lobby: Room, den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    for room in (lobby, den):
        for number in range(30):
            said(room, alice, f"@bob {number} in {room.name}")
    page = as_bob.get("/mentions/").content.decode()
    assert page.index("29 in den") < page.index("0 in den") < page.index("29 in lobby")
    assert f'href="/rooms/{den.slug}/messages/30/#m30"' in page
    before = page.split("?before=")[1].split('"')[0]
    rest = as_bob.get(f"/mentions/?before={before}").content.decode()
    assert rest.count('<li id="mention-') == 10
    assert "?before=" not in rest


def test_a_room_that_one_left_is_gone_from_the_inbox(
    den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    said(den, alice, "@bob, a secret")
    assert "a secret" in as_bob.get("/mentions/").content.decode()
    actions.members.leave(member=access.membership(bob, den.slug))
    assert "a secret" not in as_bob.get("/mentions/").content.decode()


@pytest.mark.parametrize("mark", ["x", "-1", "", "9" * 30, "0", "%00", "٣"])
def test_a_page_mark_of_the_inbox_that_is_none_is_no_fault(as_bob: Client, mark: str) -> None:
    assert as_bob.get(f"/mentions/?before={mark}").status_code == 200


def test_nobody_unknown_sees_an_inbox(db: None) -> None:
    assert Client().get("/mentions/").status_code == 302
    assert Client().post("/mentions/read/").status_code == 302


def test_all_rooms_are_read_at_once(
    lobby: Room, den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    for room in (lobby, den):
        said(room, alice, "@bob")
    as_bob.post("/mentions/read/")
    assert [m.unread for m in bob.memberships.select_related("room")] == [0, 0]


def waiting(client: Client) -> str:
    """How many mentions the sidebar says are new, "" for none."""
    page = client.get("/me/").content.decode()
    found = re.search(r'id="unread-mentions".*?class="mentions">(\d+)<', page)
    return found[1] if found else ""


def test_who_reads_a_public_room_without_joining_hears_of_it_until_it_was_seen(
    lobby: Room, den: Room, alice: User, mallory: User, as_mallory: Client
) -> None:
    said(lobby, alice, "@mallory, do join")
    said(den, alice, "@mallory must not know")
    assert waiting(as_mallory) == "1"
    assert "(1) " in as_mallory.get("/mentions/").content.decode()
    assert waiting(as_mallory) == "1"
    said(lobby, alice, "and @mallory, bring the key")
    assert waiting(as_mallory) == "2"
    as_mallory.get("/rooms/lobby/")
    assert waiting(as_mallory) == ""
    assert "bring the key" in as_mallory.get("/mentions/").content.decode()


ENDS: dict[str, Callable[[Client, Client], object]] = {
    "joining": lambda hers, theirs: theirs.post("/rooms/lobby/join/"),
    "marking all read": lambda hers, theirs: theirs.post("/mentions/read/"),
    "the permalink": lambda hers, theirs: theirs.get("/rooms/lobby/messages/1/"),
    "a removal": lambda hers, theirs: hers.post("/rooms/lobby/messages/1/remove/"),
    "an edit": lambda hers, theirs: hers.post("/rooms/lobby/messages/1/edit/", {"message": "no"}),
    "a ban": lambda hers, theirs: hers.post("/rooms/lobby/members/mallory/ban/"),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_mention_from_outside_ends_its_count(
    lobby: Room, alice: User, mallory: User, as_alice: Client, as_mallory: Client, end: str
) -> None:
    said(lobby, alice, "@mallory, do join")
    assert ENDS[end](as_alice, as_mallory).status_code < 400  # type: ignore[attr-defined]
    assert waiting(as_mallory) == ""


def test_who_is_banned_from_a_room_does_not_hear_of_it(
    lobby: Room, alice: User, mallory: User, as_alice: Client, as_mallory: Client
) -> None:
    as_alice.post("/rooms/lobby/members/mallory/ban/")
    said(lobby, alice, "@mallory is banned")
    assert waiting(as_mallory) == ""
    assert not Mention.objects.unread().exists()
