"""What a page and a verb may cost, in queries: one table, at two sizes."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room

BUDGETS = {
    "/rooms/lobby/": 8,
    "/rooms/lobby/messages/2/": 9,
    "/rooms/lobby/?before=40": 7,
    "/rooms/lobby/messages/2/report/": 5,
    "/people/bob/report/": 5,
    "/rooms/lobby/reports/": 7,
    "/staff/reports/": 5,
    "/mentions/told/": 4,
    "/rooms/lobby/older/?before=40": 4,
    "/rooms/lobby/menu/?seq=1": 7,
    "/rooms/lobby/history/": 6,
    "/rooms/lobby/history/2026-11-24/": 7,
    "/rooms/lobby/history/1999-12-31/": 7,
    "/rooms/lobby/messages/40/day/": 5,
    "/search/": 3,
    "/saved/": 4,
    "/search/?q=message": 8,
    "/search/?q=message&sort=best": 10,
    "/search/?q=nothing+in:lobby+from:me+on:2026-11": 9,
    "/rooms/lobby/members/": 7,
    "/rooms/lobby/settings/": 5,
    "/rooms/lobby/invitations/": 6,
    "/rooms/lobby/members/bob/": 9,
    "/rooms/lobby/log/": 6,
    "/rooms/lobby/words/": 5,
    "/rooms/lobby/held/": 7,
    "/rooms/": 7,
    "/rooms/new/": 5,
    "/rooms/lobby/attention/": 4,
    "/rooms/lobby/seen/1/": 4,
    "/mentions/": 5,
    "/me/letters/": 4,
    "/me/": 5,
    "/me/sessions/": 7,
    "/me/look.css": 3,
    "/people/": 4,
    "/people/bob/": 6,
}
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


def queries(work: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        work()
    found = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in found if not sql.startswith(CONTROL)]


def fill(room: Room, author: User, messages: int, members: int, rooms: int) -> None:
    for number in range(messages):
        actions.messages.post(room=room, author=author, text=f"message {number}")
    people = [
        User(username=f"p{number}", username_key=f"p{number}", password="!")
        for number in range(members)
    ]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(Membership(room=room, user=user) for user in people)
    for number in range(rooms):
        actions.rooms.create(owner=author, name=f"room {'abcdefghij'[number]}")


@pytest.mark.parametrize(("messages", "members", "rooms"), [(45, 1, 1), (120, 60, 9)])
@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_keeps_its_budget_at_any_size(
    lobby: Room,
    alice: User,
    as_alice: Client,
    address: str,
    messages: int,
    members: int,
    rooms: int,
) -> None:
    fill(lobby, alice, messages, members, rooms)
    made = queries(lambda: as_alice.get(address))
    assert len(made) <= BUDGETS[address], "\n".join(made)


@pytest.mark.parametrize(("messages", "others"), [(45, 0), (120, 9)])
def test_a_conversation_costs_as_a_room_does(
    talk: Room, alice: User, as_alice: Client, messages: int, others: int
) -> None:
    for number in range(messages):
        actions.messages.post(room=talk, author=alice, text=f"message {number}")
    for number in range(others):
        each = User.objects.create(username=f"p{number}", username_key=f"p{number}")
        actions.members.join(member=Membership(room=lobby_of(alice), user=each, role="reader"))
        actions.conversations.begin(by=alice, person=each)
    for address, budget in ((f"/rooms/{talk.slug}/", 8), ("/search/?q=message", 9), ("/rooms/", 7)):
        made = queries(lambda address=address: as_alice.get(address))  # type: ignore[misc]
        assert len(made) <= budget, "\n".join(made)


def lobby_of(user: User) -> Room:
    return Room.objects.get(slug="lobby", memberships__user=user)


@pytest.mark.parametrize("messages", [1, 60])
def test_a_feed_is_two_queries_whatever_the_rooms_size(
    lobby: Room, alice: User, messages: int
) -> None:
    fill(lobby, alice, messages, 0, 0)
    key = actions.members.renew_feed(member=lobby.memberships.get(user=alice))
    assert len(queries(lambda: Client().get(f"/feeds/{key}/"))) == 2


@pytest.mark.parametrize("members", [1, 60])
@pytest.mark.parametrize("text", ["for @bob", "for @room", "for @bob, @p0 and @room"])
def test_naming_people_costs_the_same_whatever_the_rooms_size(
    lobby: Room, alice: User, members: int, text: str
) -> None:
    fill(lobby, alice, 1, members, 0)
    made = queries(lambda: actions.messages.post(room=lobby, author=alice, text=text))
    assert len(made) <= 6, "\n".join(made)


@pytest.mark.parametrize("people", [1, 60])
def test_read_marks_of_all_readers_are_one_query(lobby: Room, alice: User, people: int) -> None:
    fill(lobby, alice, 2, people, 0)
    readers = lobby.memberships.exclude(user=alice).values_list("user", flat=True)
    made = queries(lambda: actions.members.see([(lobby.pk, pk, 2) for pk in list(readers)]))
    assert len(made) == 2, "\n".join(made)  # the readers, their marks
    assert not lobby.memberships.filter(last_read_seq__lt=2).exists()


@pytest.mark.parametrize("members", [1, 60])
def test_a_post_is_three_queries_whatever_the_rooms_size(
    lobby: Room, alice: User, members: int
) -> None:
    fill(lobby, alice, 1, members, 0)
    made = queries(lambda: actions.messages.post(room=lobby, author=alice, text="hi", nonce="n"))
    assert len(made) == 3, "\n".join(made)
    assert Message.objects.count() == 2
