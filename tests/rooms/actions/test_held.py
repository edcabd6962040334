"""What waits for a moderator: in the room only once it is let in, and then once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Conflict, Refused, Waiting
from rooms.models import Held, Membership, Message, Room


@pytest.fixture
def moderated(lobby: Room, carol: User) -> Room:
    """A lobby where “wait” waits."""
    actions.words.change(by=member(lobby, carol), held="wait", masked="darn")
    return lobby


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def hold(room: Room, user: User, text: str = "wait for me", nonce: str | None = None) -> Held:
    with pytest.raises(Waiting, match="waits for a moderator"):
        actions.messages.post(room=room, author=user, text=text, nonce=nonce)
    return Held.objects.filter(author=user).latest("pk")


def counts(room: Room, user: User) -> tuple[int, int]:
    room.refresh_from_db()
    return room.held_count, member(room, user).held_count


def test_it_is_not_in_the_room_and_both_sides_see_that_it_waits(
    moderated: Room, bob: User, as_bob: Client, as_carol: Client, as_mallory: Client
) -> None:
    actions.members.keep_draft(member=member(moderated, bob), text="wait for")
    held = hold(moderated, bob, "wait, darn it")
    assert (held.text, held.word, held.why) == ("wait, ••• it", "wait", "word")
    assert counts(moderated, bob) == (1, 1)
    assert (moderated.last_seq, moderated.version, member(moderated, bob).draft) == (0, 0, "")
    assert "1 message of yours waits" in as_bob.get("/rooms/lobby/").text
    assert "Waiting" in as_carol.get("/rooms/lobby/").text
    assert "wait, ••• it" in as_carol.get("/rooms/lobby/held/").text
    assert "wait, ••• it" in as_bob.get("/rooms/lobby/held/").text
    assert "wait, ••• it" not in as_mallory.get("/rooms/lobby/held/").text


def test_let_in_it_is_a_message_of_its_author_from_then_on(
    moderated: Room, bob: User, carol: User, alice: User
) -> None:
    held = hold(moderated, bob, "wait for @alice", nonce="n")
    actions.messages.post(room=moderated, author=carol, text="meanwhile")
    said = actions.messages.approve(by=member(moderated, carol), held=held)
    assert (said.seq, said.author, said.nonce, said.opens_run) == (2, bob, "n", True)
    assert said.mentions.get().user == alice
    assert counts(moderated, bob) == (0, 0)
    entry = AuditEntry.objects.get(verb="approved message")
    assert (entry.actor, entry.target, entry.subject) == (carol, bob, "message 2")


def test_a_nonce_is_held_once_and_posted_once(moderated: Room, bob: User, carol: User) -> None:
    held = hold(moderated, bob, nonce="n")
    assert hold(moderated, bob, nonce="n") == held
    said = actions.messages.approve(by=member(moderated, carol), held=held)
    again = actions.messages.post(room=moderated, author=bob, text="wait for me", nonce="n")
    assert (again.pk, Held.objects.count(), Message.objects.count()) == (said.pk, 1, 1)
    rejected = hold(moderated, bob, nonce="m")
    actions.held.reject(by=member(moderated, carol), held=rejected, reason="Off topic")
    with pytest.raises(Refused, match=r"did not let this message in\. Reason: Off topic"):
        actions.messages.post(room=moderated, author=bob, text="wait for me", nonce="m")
    hold(moderated, bob, nonce="o")
    actions.words.change(by=member(moderated, carol), held="")
    said = actions.messages.post(room=moderated, author=bob, text="wait for me", nonce="o")
    last = Held.objects.get(nonce="o")
    assert actions.messages.approve(by=member(moderated, carol), held=last).pk == said.pk
    assert Message.objects.count() == 2


def test_another_text_with_the_nonce_of_what_waits_is_not_taken_for_it(
    moderated: Room, bob: User, carol: User
) -> None:
    held = hold(moderated, bob, nonce="n")
    with pytest.raises(Conflict, match="Your text was not sent"):
        actions.messages.post(room=moderated, author=bob, text="wait, another", nonce="n")
    actions.messages.post(room=moderated, author=bob, text="meanwhile", nonce="n")
    said = actions.messages.approve(by=member(moderated, carol), held=held)
    assert (said.text, said.seq, said.nonce) == ("wait for me", 2, None)


def test_what_is_rejected_stays_out_and_its_author_reads_why(
    moderated: Room, bob: User, as_bob: Client, as_carol: Client
) -> None:
    held = hold(moderated, bob)
    answer = as_carol.post(f"/rooms/lobby/held/{held.pk}/reject/", {"reason": "Off topic"})
    assert answer.status_code == 302
    assert counts(moderated, bob) == (0, 0)
    (notice,) = bob.notices.all()
    assert "did not let a message of yours in. Reason: Off topic" in notice.text
    assert as_bob.get(notice.address).status_code == 200
    assert "Rejected: “Off topic”" in as_bob.get("/rooms/lobby/held/").text
    entry = AuditEntry.objects.get(verb="rejected message")
    # The site's staff read the log: what was said in a room is not in it.
    assert (entry.target, entry.reason, entry.after) == (bob, "Off topic", {})
    late = as_carol.post(f"/rooms/lobby/held/{held.pk}/approve/")
    assert (late.status_code, "does not wait any more" in late.text) == (409, True)
    assert not Message.objects.exists()


def test_its_author_takes_it_back_and_nobody_else(
    moderated: Room, bob: User, carol: User, as_bob: Client
) -> None:
    held = hold(moderated, bob)
    with pytest.raises(Refused, match="Only its author"):
        actions.held.take_back(by=member(moderated, carol), held=held)
    assert as_bob.post(f"/rooms/lobby/held/{held.pk}/take-back/").status_code == 302
    held.refresh_from_db()
    assert (held.decision, held.text, counts(moderated, bob)) == ("withdrawn", "", (0, 0))


def test_nobody_lets_in_their_own_nor_what_is_of_a_higher_one(
    moderated: Room, bob: User, carol: User, alice: User
) -> None:
    held = hold(moderated, bob)
    moderated.memberships.filter(user=bob).update(role="moderator")
    for user in (bob, carol):
        with pytest.raises(Refused, match="same or a higher role"):
            actions.messages.approve(by=member(moderated, user), held=held)
    assert actions.messages.approve(by=member(moderated, alice), held=held).author == bob


def _mute(by: Membership, member: Membership) -> None:
    actions.sanctions.mute(by=by, member=member)


def _close(by: Membership, member: Membership) -> None:
    actions.rooms.change(by=by, posting="nobody")


@pytest.mark.parametrize(("what", "why"), [(_mute, "is muted here"), (_close, "may not write")])
def test_it_goes_on_waiting_where_its_author_may_not_write_now(
    moderated: Room,
    bob: User,
    carol: User,
    what: Callable[[Membership, Membership], None],
    why: str,
) -> None:
    held = hold(moderated, bob)
    what(member(moderated, carol), member(moderated, bob))
    with pytest.raises(Refused, match=why):
        actions.messages.approve(by=member(moderated, carol), held=held)
    assert counts(moderated, bob) == (1, 1)
    assert not Message.objects.exists()


@pytest.mark.parametrize("verb", ["leave", "remove", "ban", "close account"])
def test_whoever_leaves_takes_it_along(moderated: Room, bob: User, carol: User, verb: str) -> None:
    held, his, hers = hold(moderated, bob), member(moderated, bob), member(moderated, carol)
    if verb == "leave":
        actions.members.leave(member=his)
    elif verb == "remove":
        actions.members.remove(by=hers, member=his)
    elif verb == "ban":
        actions.sanctions.ban(by=hers, member=his)
    else:
        actions.leaving.leave(person=bob, erase=False)
    moderated.refresh_from_db()
    assert moderated.held_count == 0
    with pytest.raises(Conflict, match="does not wait any more"):
        actions.messages.approve(by=hers, held=held)
    assert not Message.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_messages_of_a_new_member_wait(
    lobby: Room, bob: User, carol: User, count: int
) -> None:
    actions.rooms.change(by=member(lobby, carol), held_first=str(count))
    waiting = [hold(lobby, bob, f"hello {number}") for number in range(count)]
    assert {held.why for held in waiting} == {"new"}
    for held in waiting:
        said = actions.messages.approve(by=member(lobby, carol), held=held)
    with pytest.raises(Refused, match="cannot be changed"):
        actions.messages.edit(member=member(lobby, bob), message=said, text="https://spam.example")
    actions.members.leave(member=member(lobby, bob))
    actions.members.join(member=member(lobby, bob))
    with pytest.raises(Refused, match="cannot be changed"):
        actions.messages.edit(member=member(lobby, bob), message=said, text="https://spam.example")
    lobby.memberships.filter(user=bob).update(said=count)
    assert actions.messages.post(room=lobby, author=bob, text="free").seq == count + 1
    assert actions.messages.post(room=lobby, author=carol, text="never new").seq == count + 2


def test_who_comes_back_edits_where_nobody_is_looked_at(lobby: Room, bob: User) -> None:
    said = actions.messages.post(room=lobby, author=bob, text="hello")
    actions.members.leave(member=member(lobby, bob))
    actions.members.join(member=member(lobby, bob))
    edited = actions.messages.edit(member=member(lobby, bob), message=said, text="hello again")
    assert edited.text == "hello again"


def test_slow_mode_counts_what_waits(moderated: Room, bob: User, carol: User) -> None:
    actions.rooms.change(by=member(moderated, carol), slow_mode="60")
    hold(moderated, bob)
    with pytest.raises(Refused, match=r"write again in (59|60) seconds"):
        actions.messages.post(room=moderated, author=bob, text="hello")


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(moderated: Room, bob: User, carol: User) -> None:
    held = hold(moderated, bob)
    by = member(moderated, carol)

    def decide(number: int) -> str:
        try:
            if number % 2:
                actions.messages.approve(by=by, held=held)
            else:
                actions.held.reject(by=by, held=held)
            return "done"
        except Conflict:
            return "too late"
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(decide, range(6)))
    assert told.count("done") == 1
    held.refresh_from_db()
    assert Message.objects.count() == (held.decision == "approved")
    assert counts(moderated, bob) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_nonce_many_times_at_once_is_held_once(moderated: Room, bob: User) -> None:
    def say(_: int) -> None:
        try:
            actions.messages.post(room=moderated, author=bob, text="wait", nonce="n")
        except Waiting:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(say, range(12)))
    assert Held.objects.count() == 1
    assert counts(moderated, bob) == (1, 1)


def test_without_a_socket_the_box_is_emptied_and_the_truth_is_told(
    moderated: Room, as_bob: Client
) -> None:
    form = {"message": "wait for me", "nonce": "n"}
    page = as_bob.post("/rooms/lobby/messages/", form, follow=True)
    assert "Your message waits for a moderator" in page.text
    assert "wait for me</textarea>" not in page.text
    frame = as_bob.post("/rooms/lobby/messages/", form, headers={"HX-Request": "true"}).text
    assert frame.index("<textarea") < frame.index("Your message waits for a moderator")
    assert Held.objects.count() == 1


def test_what_was_decided_long_ago_is_forgotten(moderated: Room, bob: User, carol: User) -> None:
    old, waiting = hold(moderated, bob), hold(moderated, bob)
    actions.held.reject(by=member(moderated, carol), held=old)
    assert not actions.held.forget()
    Held.objects.update(made_at=timezone.now() - timedelta(days=99))
    Held.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(days=31))
    assert actions.held.forget()
    assert list(Held.objects.all()) == [waiting]


def test_the_page_of_what_waits_is_a_keyset(moderated: Room, bob: User, as_carol: Client) -> None:
    Held.objects.bulk_create(
        Held(room=moderated, author=bob, text=f"number {n}!", why="word") for n in range(60)
    )
    first = as_carol.get("/rooms/lobby/held/").text
    assert ("number 49!" in first, "number 50!" in first) == (True, False)
    after = Held.objects.order_by("pk")[49].pk
    assert f'href="?after={after}"' in first
    second = as_carol.get(f"/rooms/lobby/held/?after={after}").text
    assert ("number 49!" in second, "number 59!" in second) == (False, True)
    assert as_carol.get("/rooms/lobby/held/?after=\x00x").status_code == 200
