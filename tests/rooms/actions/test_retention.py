"""What a room keeps no longer is deleted for good, from the beginning on, and pages follow."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from rooms import access, actions
from rooms.actions import retention
from rooms.errors import Invalid, Refused
from rooms.models import Membership, Mention, Message, Room, Saved
from rooms.realtime import history
from rooms.search.find import search
from tests.rooms.views.test_budgets import queries


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def say(room: Room, author: User, count: int, days: int) -> None:
    """So many messages, said so many days ago; those said before must be older."""
    first = Message.objects.count()
    for number in range(first + 1, first + count + 1):
        actions.messages.post(room=room, author=author, text=f"for @bob, number {number}")
    at = timezone.now() - timedelta(days=days)
    Message.objects.filter(room=room, seq__gt=first).update(created_at=at)


def keep(room: Room, owner: User, days: int) -> None:
    """From now on, without the day of grace."""
    actions.rooms.change(by=member(room, owner), retention=str(days))
    Room.objects.filter(pk=room.pk).update(retention_from=timezone.now())
    room.refresh_from_db()


def work() -> int:
    """Until nothing is due; in how many steps."""
    retention.look_again()
    steps = 0
    while retention.step():
        steps += 1
    return steps


def test_what_is_older_goes_with_all_that_hangs_on_it(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    say(lobby, alice, 3, 40)
    say(lobby, alice, 2, 1)
    Saved.objects.create(user=bob, message=lobby.messages.get(seq=1))
    Saved.objects.create(user=bob, message=lobby.messages.get(seq=4))
    keep(lobby, alice, 30)
    version = lobby.version
    assert work() == 1
    lobby.refresh_from_db()
    assert (lobby.first_seq, lobby.last_seq, lobby.version) == (4, 5, version + 1)
    assert list(lobby.messages.order_by("seq").values_list("seq", flat=True)) == [4, 5]
    assert set(Mention.objects.values_list("seq", flat=True)) == {4, 5}
    assert Saved.objects.get().message.seq == 4
    assert len(search(bob, "number", best=False, after=None).found) == 2
    assert member(lobby, bob).last_read_seq == 3
    said = actions.messages.post(room=lobby, author=bob, text="and on")
    assert (said.seq, member(lobby, bob).unread) == (6, 3)
    assert "2 messages in" not in as_bob.get("/rooms/lobby/history/").text
    assert work() == 0


def test_pages_and_links_say_so_calmly(
    lobby: Room, alice: User, as_alice: Client, as_bob: Client, as_mallory: Client
) -> None:
    say(lobby, alice, 2, 40)
    actions.removals.remove(member=member(lobby, alice), message=lobby.messages.get(seq=1))
    say(lobby, alice, 1, 0)
    keep(lobby, alice, 30)
    work()
    page = as_bob.get("/rooms/lobby/").text
    assert "Older messages are deleted" in page
    assert "Earlier messages" not in page
    for client, method, address in (
        (as_bob, "get", "messages/2/"),
        (as_mallory, "get", "messages/2/"),
        (as_bob, "get", "menu/?seq=2"),
        (as_alice, "post", "messages/1/restore/"),
        (as_bob, "post", "messages/2/save/"),
    ):
        answer = getattr(client, method)(f"/rooms/lobby/{address}")
        assert (answer.status_code, "deleted for good" in answer.text) == (410, True), address
    assert as_bob.get("/rooms/lobby/messages/99/").status_code == 404
    assert as_bob.get("/rooms/lobby/messages/0/").status_code == 404
    assert "number 3" in as_bob.get("/rooms/lobby/?before=2").text
    assert as_bob.get("/rooms/lobby/messages/3/day/", follow=True).status_code == 200


def test_whoever_had_it_before_their_eyes_is_answered_clearly(
    lobby: Room, alice: User, carol: User, bob: User
) -> None:
    say(lobby, bob, 1, 40)
    found = lobby.messages.get()
    actions.removals.remove(member=member(lobby, carol), message=found)
    keep(lobby, alice, 30)
    work()
    with pytest.raises(Refused, match="deleted for good"):
        actions.removals.restore(member=member(lobby, carol), message=found)
    with pytest.raises(Refused, match="deleted for good"):
        actions.messages.edit(member=member(lobby, bob), message=found, text="again")


def test_a_step_is_small_and_an_interruption_loses_nothing(lobby: Room, alice: User) -> None:
    Message.objects.bulk_create(
        Message(
            room=lobby,
            author=alice,
            seq=n,
            version=n,
            posted_version=n,
            text="x",
            html="x",
            created_at=timezone.now() - timedelta(days=40),
        )
        for n in range(1, 451)
    )
    Room.objects.filter(pk=lobby.pk).update(version=450, last_seq=450)
    keep(lobby, alice, 30)
    steps = []
    while retention.step():
        steps.append(lobby.messages.count())
    assert steps == [250, 50, 0]
    lobby.refresh_from_db()
    assert (lobby.first_seq, lobby.last_seq, lobby.purged_version) == (451, 450, lobby.version)
    assert actions.messages.post(room=lobby, author=alice, text="after").seq == 451


def test_the_sites_ceiling_holds_everywhere_and_rooms_may_keep_less(
    lobby: Room, den: Room, alice: User, settings: Any
) -> None:
    settings.RETENTION_DAYS = 100
    for room in (lobby, den):
        first = Message.objects.filter(room=room).count()
        for days in (200, 50, 1):
            at = timezone.now() - timedelta(days=days)
            actions.messages.post(room=room, author=alice, text=f"said {days} days ago")
            Message.objects.filter(room=room, seq__gt=first).update(created_at=at)
            first += 1
    keep(lobby, alice, 10)
    keep(den, alice, 1000)
    assert work() == 2
    assert (lobby.messages.count(), den.messages.count()) == (1, 2)


def test_a_change_takes_hold_after_a_day_and_can_be_mended(
    lobby: Room, alice: User, as_alice: Client
) -> None:
    say(lobby, alice, 1, 40)
    actions.rooms.change(by=member(lobby, alice), retention="1")
    assert work() == 0
    page = as_alice.get("/rooms/lobby/settings/").content.decode()
    assert "Messages are kept for 1 day. That takes hold on" in page
    actions.rooms.change(by=member(lobby, alice), retention="0")
    Room.objects.update(retention_from=timezone.now())
    assert work() == 0
    assert "takes hold on" not in as_alice.get("/rooms/lobby/settings/").content.decode()
    assert lobby.messages.count() == 1


def test_only_owners_say_it_and_no_odd_number(lobby: Room, alice: User, carol: User) -> None:
    with pytest.raises(Refused, match="Only an owner"):
        actions.rooms.change(by=member(lobby, carol), retention="30")
    for odd in ("-1", "3651", "9" * 30, "ever", "1.5", "\x00"):
        with pytest.raises(Invalid, match="a whole number"):
            actions.rooms.change(by=member(lobby, alice), retention=odd)
    with translation.override("de"), pytest.raises(Invalid, match=r"3\.650"):
        actions.rooms.change(by=member(lobby, alice), retention="3651")


def test_looking_for_what_is_due_costs_little_and_seldom(lobby: Room, alice: User) -> None:
    say(lobby, alice, 2, 1)
    keep(lobby, alice, 30)
    retention.look_again()
    assert len(queries(retention.step)) <= 2
    assert queries(retention.step) == []


def test_a_page_that_was_away_is_brought_to_what_is_left(lobby: Room, alice: User) -> None:
    say(lobby, alice, 3, 40)
    say(lobby, alice, 1, 0)
    keep(lobby, alice, 30)
    since = lobby.version
    work()
    html, upto = history.catch_up(lobby.pk, since)
    assert upto == since + 1
    assert "#messages, #around) &gt; :has(~ #m4)" in html
    assert "Older messages are deleted" in html
    say(lobby, alice, 2, 0)
    Room.objects.filter(pk=lobby.pk).update(first_seq=5)
    lobby.messages.filter(seq=4).delete()
    html, _ = history.catch_up(lobby.pk, since)
    assert '<div id="messages" hx-swap-oob="innerHTML">' in html
