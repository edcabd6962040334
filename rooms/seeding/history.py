"""A room's past, written in bulk in the state in which the actions would have left it."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice, pairwise
from operator import attrgetter

from django.db import reset_queries
from django.utils import timezone

from accounts.models import User
from rooms.models import Message, Room
from rooms.models.rooms import RUN
from rooms.seeding.conversations import endless, finished

BATCH = 1_000
DAYS = 364
EDITED, REMOVED = 0.02, 0.03

# A day's rhythm: when (share of the day) which share of its messages has been sent.
_RHYTHM = ((0.0, 0.0), (0.29, 0.03), (0.5, 0.42), (0.58, 0.5), (0.92, 0.96), (1.0, 1.0))


def write(
    counts: Sequence[tuple[Room, int]], people: Sequence[User], now: datetime
) -> Iterator[int]:
    """Fill empty rooms with so many messages each, of the year that ended last midnight.

    In order of time over all rooms, as they would have come: their primary keys tell it. Yields,
    after each batch, how many are written; the rooms' own numbers come at the end. Only inside a
    transaction. Memory does not grow with the counts.
    """
    pasts = [Past(room, people, count, now).messages() for room, count in counts]
    messages = merge(*pasts, key=attrgetter("created_at"))
    written = 0
    while batch := list(islice(messages, BATCH)):
        Message.objects.bulk_create(batch)
        reset_queries()  # with DEBUG they are kept, texts and all
        written += len(batch)
        yield written
    for room, _ in counts:
        room.save(
            update_fields=[
                "version", "last_seq", "run_head", "day_head", "last_posted_at", "last_author",
            ]
        )  # fmt: skip


def beginning(now: datetime) -> datetime:
    """The first midnight of that year; in UTC, where no hour is missing."""
    return (_midnight(now) - timedelta(days=DAYS)).astimezone(UTC)


class Past:
    """What was said in a room, one message after the other; the room's numbers go with them."""

    def __init__(self, room: Room, people: Sequence[User], count: int, now: datetime) -> None:
        self.room, self.people, self.count = room, people, count
        self.since = beginning(now)
        self.chance = random.Random(room.slug)  # noqa: S311  (the same world every time)

    def messages(self) -> Iterator[Message]:
        names = [person.name.split()[0] for person in self.people[:200]]
        conversations = endless(self.chance, names)
        while (left := self.count - self.room.last_seq) > 0:
            turns = next(conversations)[:left]
            speakers = dict(zip("ABCD", self._speakers(), strict=True))
            for (speaker, text), at in zip(turns, self._times(len(turns)), strict=True):
                yield self._message(speakers[speaker], text, at)

    def _speakers(self) -> list[User]:
        """Four people, different ones where there are four; some talk more than others."""
        count = len(self.people)
        first = int(count * self.chance.random() ** 2)
        steps = self.chance.sample(range(1, count), 3) if count > 3 else [1, 2, 3]
        return [self.people[(first + step) % count] for step in (0, *steps)]

    def _times(self, turns: int) -> Iterator[datetime]:
        """A conversation's messages come within seconds or minutes; then it is quiet."""
        at = self._moment(self.room.last_seq)
        longest = (self._moment(self.room.last_seq + turns) - at) / turns
        for _ in range(turns):
            yield at
            at += min(longest, timedelta(seconds=8 + self.chance.expovariate(1 / 50)))

    def _moment(self, seq: int) -> datetime:
        """When the message after `seq` comes, if all went evenly but for the day's rhythm."""
        day, share = divmod(DAYS * seq / self.count, 1)
        return self.since + timedelta(days=day + _time_of_day(share))

    def _message(self, author: User, text: str, at: datetime) -> Message:
        self._advance(author, at)
        room = self.room
        text, html = finished(text)
        message = Message(
            room=room,
            seq=room.last_seq,
            version=room.version,
            posted_version=room.version,
            author_id=author.pk,
            text=text,
            html=html,
            opens_run=room.run_head == room.last_seq,
            opens_day=room.day_head == room.last_seq,
            created_at=at,
        )
        self._change(message)
        return message

    def _advance(self, author: User, at: datetime) -> None:
        """What `Room.advance_by_message` does, in memory."""
        room, last = self.room, self.room.last_posted_at
        same_day = last is not None and last >= _midnight(at)
        pause = at - last if last is not None else RUN
        same_run = same_day and room.last_author_id == author.pk and pause < RUN
        room.version += 1
        room.last_seq += 1
        room.run_head = room.run_head if same_run else room.last_seq
        room.day_head = room.day_head if same_day else room.last_seq
        room.last_posted_at, room.last_author_id = at, author.pk

    def _change(self, message: Message) -> None:
        """Some are edited at once, and some removed, before anybody else says anything."""
        luck = self.chance.random()
        if luck >= REMOVED:
            return
        self.room.version += 1
        message.version = self.room.version
        at = message.created_at + timedelta(seconds=self.chance.uniform(3, 8))
        if luck < EDITED:
            message.edited_at = at
        else:
            message.removed_at, message.removed_by_id = at, message.author_id


def _midnight(at: datetime) -> datetime:
    """The beginning of the day in the site's time zone, as `Room.advance_by_message` has it."""
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _time_of_day(sent: float) -> float:
    """The share of the day that has gone by when this share of its messages is sent."""
    for (time, share), (next_time, next_share) in pairwise(_RHYTHM):
        if sent < next_share:
            return time + (next_time - time) * (sent - share) / (next_share - share)
    return 1.0
