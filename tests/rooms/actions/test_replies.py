"""What replies to a message shows it as it is now, and tells whoever wrote it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import blocks
from accounts.models import User
from rooms import access, actions
from rooms.errors import Conflict, Refused, Waiting
from rooms.models import Held, Membership, Mention, Message, Room
from rooms.models.mentions import Sort
from rooms.realtime import history
from rooms.rows import rows
from tests.conftest import person, signed_in
from tests.rooms.views.test_budgets import queries


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def say(
    room: Room, author: User, text: str, reply: int | None = None, nonce: str | None = None
) -> Message:
    return actions.messages.post(room=room, author=author, text=text, reply=reply, nonce=nonce)


def told(message: Message) -> set[tuple[str, str]]:
    return set(message.mentions.values_list("user__username", "sort"))


def quoted(room: Room, seq: int) -> str:
    """The line above a message, on a fresh page."""
    html = rows(Message.objects.filter(room=room, seq=seq).lines(), room.slug)
    return html.partition('<p class="reply"')[2].partition("</p>")[0]


def close_account(person: User, *, erase: bool = False) -> None:
    actions.leaving.leave(person=person, erase=erase)
    while actions.leaving.step():
        pass


def purge(room: Room) -> None:
    Message.objects.filter(room=room, seq=1).update(created_at=timezone.now() - timedelta(days=9))
    Room.objects.filter(pk=room.pk).update(retention=3, retention_from=timezone.now())
    actions.retention.look_again()
    while actions.retention.step():
        pass


def test_a_reply_leads_to_what_it_replies_to_and_speaks_to_its_author(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    say(lobby, bob, "**Who** brings the [key](https://example.org/)?\n\n> I do not " + "x" * 100)
    reply = say(lobby, alice, "I do", 1)
    line = quoted(lobby, 2)
    assert 'href="/rooms/lobby/messages/1/#m1"' in line
    assert "<b>Bob Brown</b> <bdi>Who brings the key? I do not xxx" in line
    assert "…</bdi>" in line
    assert told(reply) == {("bob", Sort.REPLY)}
    assert 'data-mentions="bob"' in rows([reply.line], "lobby")
    assert "I do" in as_bob.get("/mentions/").text


def test_its_author_is_told_once(lobby: Room, alice: User, bob: User) -> None:
    say(lobby, bob, "who?")
    assert told(say(lobby, alice, "@bob, me, @room", 1)) == {("bob", Sort.REPLY)}
    own = say(lobby, bob, "and me", 1)
    assert told(own) == set()
    assert "data-mentions" not in rows([own.line], "lobby")


def test_who_cannot_read_the_room_or_blocks_the_writer_is_not_told(
    lobby: Room, den: Room, alice: User, bob: User
) -> None:
    for room in (lobby, den):
        say(room, bob, "who?")
        actions.members.leave(member=member(room, bob))
    outside = say(lobby, alice, "me", 1)
    assert told(outside) == {("bob", Sort.REPLY)}
    assert outside.mentions.get().outside
    assert told(say(den, alice, "me", 1)) == set()
    blocks.block(by=bob, person=alice)
    assert told(say(lobby, alice, "me", 1)) == set()


CHANGES: dict[str, tuple[Callable[[Room, User, User], object], str]] = {
    "an edit": (
        lambda room, bob, carol: actions.messages.edit(
            member=member(room, bob), message=room.messages.get(seq=1), text="which key?"
        ),
        "<bdi>which key?</bdi>",
    ),
    "a removal": (
        lambda room, bob, carol: actions.removals.remove(
            member=member(room, carol), message=room.messages.get(seq=1)
        ),
        "a message that was removed",
    ),
    "a sweep": (
        lambda room, bob, carol: actions.removals.remove_many(
            by=member(room, carol), author=member(room, bob)
        ),
        "a message that was removed",
    ),
    "a closed account": (lambda room, bob, carol: close_account(bob), "A former member"),
    "an erased account": (
        lambda room, bob, carol: close_account(bob, erase=True),
        "a message that was removed",
    ),
    "a retention": (lambda room, bob, carol: purge(room), ""),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_reply_follows_what_becomes_of_the_original(
    lobby: Room, alice: User, bob: User, carol: User, change: str
) -> None:
    say(lobby, bob, "who has the secret?")
    say(lobby, alice, "me", 1)
    say(lobby, alice, "one between")
    say(lobby, carol, "me too", 1)
    lobby.refresh_from_db()
    since = lobby.version
    act, shown = CHANGES[change]
    act(lobby, bob, carol)
    missed, _upto = history.catch_up(lobby.pk, since)
    for seq in (2, 4):
        assert shown in quoted(lobby, seq)
        assert f'<article hx-swap-oob="true" id="m{seq}"' in missed
        if shown:
            assert shown in missed
        else:
            assert not quoted(lobby, seq)
    assert 'id="m3"' not in missed
    if change != "a closed account":
        assert "secret" not in missed + rows(Message.objects.filter(room=lobby).lines(), "lobby")


def test_many_replies_change_as_one(lobby: Room, alice: User, bob: User) -> None:
    first = say(lobby, bob, "who?")
    for _ in range(70):
        say(lobby, alice, "me", 1)
    actions.messages.edit(member=member(lobby, bob), message=first, text="who comes?")
    lobby.refresh_from_db()
    changed = Message.objects.filter(room=lobby, version=lobby.version)
    assert changed.count() == 71
    html = history.changed_at(lobby, lobby.version)
    assert 'id="messages" hx-swap-oob="innerHTML"' in html
    assert "who?" not in html


def test_brought_back_it_is_quoted_again(lobby: Room, alice: User, bob: User, carol: User) -> None:
    say(lobby, bob, "who?")
    say(lobby, alice, "me", 1)
    hers = member(lobby, carol)
    actions.removals.remove(member=hers, message=lobby.messages.get(seq=1))
    actions.removals.restore(member=hers, message=lobby.messages.get(seq=1))
    assert "<bdi>who?</bdi>" in quoted(lobby, 2)


def test_an_edited_or_restored_reply_goes_on_telling(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    say(lobby, bob, "who?")
    dave = person("dave", "Dave")
    actions.members.join(member=Membership(room=lobby, user=dave, role="reader"))
    reply = say(lobby, dave, "me", 1)
    actions.messages.edit(member=member(lobby, dave), message=reply, text="not me")
    assert told(reply) == {("bob", Sort.REPLY)}
    actions.removals.remove(member=member(lobby, carol), message=reply)
    assert not Mention.objects.exists()
    actions.removals.restore(member=member(lobby, carol), message=reply)
    assert told(reply) == {("bob", Sort.REPLY)}


@pytest.mark.parametrize("seq", [0, 2, 99, 2**62])
def test_nothing_replies_to_what_is_not_there(
    lobby: Room, den: Room, alice: User, bob: User, seq: int
) -> None:
    say(lobby, bob, "one")
    actions.removals.remove(member=member(lobby, bob), message=say(lobby, bob, "two"))
    say(den, bob, "1")
    with pytest.raises(Refused, match="not there any more"):
        say(lobby, alice, "me", seq)
    lobby.refresh_from_db()
    assert (lobby.last_seq, lobby.version) == (2, 3)


def test_a_nonce_is_of_one_reply(lobby: Room, alice: User, bob: User) -> None:
    say(lobby, bob, "one")
    say(lobby, bob, "two")
    first = say(lobby, alice, "yes", 1, nonce="n")
    assert say(lobby, alice, "yes", 1, nonce="n") == first
    for other in (2, None):
        with pytest.raises(Conflict):
            say(lobby, alice, "yes", other, nonce="n")
    actions.removals.remove(member=member(lobby, bob), message=lobby.messages.get(seq=1))
    assert say(lobby, alice, "yes", 1, nonce="n") == first
    purge(lobby)
    assert say(lobby, alice, "yes", 1, nonce="n") == first


def test_a_reply_that_waits_is_one_when_it_is_let_in(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    actions.words.change(by=member(lobby, carol), held="wait")
    say(lobby, alice, "who?")
    for _ in range(2):
        with pytest.raises(Waiting):
            say(lobby, bob, "wait", 1, nonce="n")
    with pytest.raises(Conflict):
        say(lobby, bob, "wait", nonce="n")
    actions.removals.remove(member=member(lobby, alice), message=lobby.messages.get(seq=1))
    message = actions.messages.approve(by=member(lobby, carol), held=Held.objects.get())
    assert message.reply_to == lobby.messages.get(seq=1)
    assert "a message that was removed" in quoted(lobby, 2)
    assert told(message) == {("alice", Sort.REPLY)}


def test_a_reply_costs_two_queries_more(lobby: Room, alice: User, bob: User) -> None:
    say(lobby, bob, "one")
    made = queries(lambda: say(lobby, bob, "to myself", 1))
    assert len(made) == 4, "\n".join(made)
    made = queries(lambda: say(lobby, alice, "me", 1))
    assert len(made) == 5, "\n".join(made)


def test_the_composer_replies_without_script(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    say(lobby, alice, "who <b>comes</b>?")
    assert "/rooms/lobby/messages/1/reply/" in as_bob.get("/rooms/lobby/menu/?seq=1").text
    answer = as_bob.get("/rooms/lobby/messages/1/reply/")
    assert answer.headers["Location"] == "/rooms/lobby/?reply=1#composer"
    page = as_bob.get("/rooms/lobby/?reply=1").text
    assert '<input type="checkbox" name="reply" value="1" checked>' in page
    assert "<b>Alice Adams</b> <bdi>who &lt;b&gt;comes&lt;/b&gt;?</bdi>" in page
    refused = as_bob.post("/rooms/lobby/messages/", {"message": "x" * 10_001, "reply": "1"})
    assert 'name="reply" value="1" checked' in refused.text
    shown = as_bob.post("/rooms/lobby/preview/", {"message": "me", "reply": "1"})
    assert '<input type="hidden" name="reply" value="1">' in shown.text
    as_bob.post("/rooms/lobby/messages/", {"message": "me", "reply": "1"})
    assert "who" in quoted(lobby, 2)
    for mark in ("2x", "-1", "٣", "9" * 30):
        assert (
            as_bob.post("/rooms/lobby/messages/", {"message": "me", "reply": mark}).status_code
            == 403
        )
        assert 'name="reply"' not in as_bob.get(f"/rooms/lobby/?reply={mark}").text
    assert Message.objects.count() == 2


def test_whoever_blocks_the_author_of_the_original_does_not_read_it(
    lobby: Room, alice: User, bob: User
) -> None:
    client = signed_in(person("dave", "Dave"))
    client.post("/people/bob/block/")
    page = client.get("/rooms/lobby/").text
    look = page.split('href="/me/look.css')[1].split('"')[0]
    assert '.message>.reply:is([data-to="bob"]) bdi' in client.get(f"/me/look.css{look}").text
