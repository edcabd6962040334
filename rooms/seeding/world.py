"""The demonstration world as a whole: as large as asked, and never twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from rooms.errors import Invalid
from rooms.models import Message, Room
from rooms.seeding import history, people, places

ELSEWHERE = 10  # of all messages, one in so many is in another room than the first

Say = Callable[[str], None]


@dataclass(slots=True)
class Added:
    """How many of each are new."""

    rooms: int = 0
    people: int = 0
    members: int = 0
    messages: int = 0

    def __bool__(self) -> bool:
        return bool(self.rooms or self.people or self.members or self.messages)


def build(*, rooms: int, users: int, messages: int, say: Say) -> Added:
    """See to it that the world is there: what is missing is added, what is there stays.

    A room is filled once, over the whole year, and takes no more after that; rooms are complete
    or not there, also when this is interrupted. Raises Invalid, before anything is written,
    when a filled room has fewer messages than asked for or a name belongs to somebody else.
    `say` is told of progress.
    """
    counts = shares(rooms, messages)
    for number, count in enumerate(counts, 1):
        _check(places.standing(number), count)
    now = timezone.now()
    added = Added()
    with transaction.atomic():
        cast, added.people = people.ensure(users, history.beginning(now))
    say(f"{users:,} people")
    with transaction.atomic():
        _furnish(counts, cast, now, added, say)
    if added.messages:
        _measure()
    return added


def shares(rooms: int, messages: int) -> list[int]:
    """How many messages each room gets: nearly all are in the first, however many there are."""
    if rooms == 1:
        return [messages]
    elsewhere = messages // ELSEWHERE
    each, left = divmod(elsewhere, rooms - 1)
    return [messages - elsewhere, each + left, *[each] * (rooms - 2)]


def _check(room: Room | None, count: int) -> None:
    if room is not None and 0 < room.last_seq < count:
        raise Invalid(
            f"{room.slug} was filled with {room.last_seq:,} messages over a year, and this asks "
            f"for {count:,}. A filled room takes no more: begin with an empty database, or ask "
            "for as many as before."
        )


def _furnish(counts: list[int], cast: list[User], now: datetime, added: Added, say: Say) -> None:
    """All rooms at once, so that what was said first comes first wherever it was said."""
    rooms = [_room(number, now, added) for number in range(1, len(counts) + 1)]
    empty = [(room, n) for room, n in zip(rooms, counts, strict=True) if not room.last_seq]
    wanted = sum(count for _, count in empty)
    for written in history.write(empty, cast, now):
        if written % 50_000 == 0:
            say(f"{written:,} of {wanted:,} messages")
    added.messages += wanted
    for room in rooms:
        added.members += places.admit(room, cast)
        say(f"{room.slug}: {room.last_seq:,} messages")


def _room(number: int, now: datetime, added: Added) -> Room:
    room = places.standing(number)
    if room is None:
        room = places.create(number, history.beginning(now))
        added.rooms += 1
    return room


def _measure() -> None:
    """Tell the database's planner how much there is now, rather than when it next looks."""
    table = connection.ops.quote_name(Message._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {table}")
