"""What was said in a room, by days: how much on which, and one whole.

A room's seqs have no holes and times follow them, so a day is a stretch of seqs and its count
the difference of its ends. Both are found in the index (room, created_at, seq); nothing is
counted, and no page costs more in a longer room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import connection

from rooms import days
from rooms.models import Message, Room
from rooms.models.messages import Line

MONTHS = 12
PER_PAGE = 100

_EDGES = """
WITH edge(at) AS (VALUES {values})
SELECT (
    SELECT seq FROM rooms_message WHERE room_id = %s AND created_at >= edge.at
    ORDER BY created_at, seq LIMIT 1
) FROM edge
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a calendar: `busy` is 0 (nobody spoke) to 4 (as much as on the busiest)."""

    day: date
    count: int
    busy: int

    @property
    def date(self) -> str:
        return self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Month:
    """The first day, and weeks from Monday on; None stands for days of other months."""

    first: date
    count: int
    weeks: list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months that have messages, the newest first; where to go on from there."""

    months: list[Month]
    earlier: date | None
    later: date | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day's messages from `first` on and before `end`, of which one page is shown."""

    day: date
    starts: datetime
    ends: datetime
    first: int
    end: int
    number: int
    lines: list[Line]
    previous: date | None
    next: date | None

    @property
    def count(self) -> int:
        return self.end - self.first

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PER_PAGE))


def calendar(room: Room, zone: ZoneInfo, until: date | None) -> Calendar:
    """The days of twelve months with their counts, up to the month `until` (None: the newest).

    Two queries, and a look into an index for each day.
    """
    newest = days.month_of(days.day_of(room.last_posted_at or room.created_at, zone))
    until = min(until or newest, newest)
    since = days.month_before(until, MONTHS - 1)
    after = days.month_before(until, -1)
    dates = [since + timedelta(days=n) for n in range((after - since).days)]
    edges = _edges(room, [days.start(day, zone) for day in [*dates, after]])
    counts = {day: then - now for day, (now, then) in zip(dates, pairwise(edges), strict=True)}
    times = _times(room, edges[0] - 1)
    before = times.get(edges[0] - 1)
    return Calendar(
        months=_months(counts),
        earlier=days.month_of(days.day_of(before, zone)) if before else None,
        later=min(days.month_before(until, -MONTHS), newest) if until < newest else None,
    )


def one_day(room: Room, zone: ZoneInfo, day: date, number: int) -> Day:
    """One page of a day, as it was at the room's version; three queries.

    Page `number` holds the 100 seqs that it always held: its address lasts.
    """
    starts, ends = days.start(day, zone), days.end(day, zone)
    first, end = _edges(room, [starts, ends])
    times = _times(room, first - 1, end)
    last_page = max(1, -(-(end - first) // PER_PAGE))
    number = min(max(number, 1), last_page)
    begin = first + (number - 1) * PER_PAGE
    shown = Message.objects.filter(room=room.pk, posted_version__lte=room.version)
    return Day(
        day=day,
        starts=starts,
        ends=ends,
        first=first,
        end=end,
        number=number,
        lines=shown.between(begin, min(begin + PER_PAGE, end)),
        previous=_day_of(times.get(first - 1), zone),
        next=_day_of(times.get(end), zone),
    )


def page_of(room: Room, zone: ZoneInfo, message: Message) -> tuple[date, int]:
    """The day of a message, and the number of its page there. One query."""
    day = days.day_of(message.created_at, zone)
    first, _ = _edges(room, [days.start(day, zone), days.end(day, zone)])
    return day, max(0, message.seq - first) // PER_PAGE + 1


def _edges(room: Room, moments: Sequence[datetime]) -> list[int]:
    """For each moment the seq of the first message from then on; after the last one the end."""
    adapt = connection.ops.adapt_datetimefield_value
    sql = _EDGES.format(values=", ".join(["(%s)"] * len(moments)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(adapt(moment) for moment in moments), room.pk])
        found = [seq for (seq,) in cursor.fetchall()]
    end = room.last_seq + 1
    return [end if seq is None else min(seq, end) for seq in found]


def _times(room: Room, *seqs: int) -> dict[int, datetime]:
    """When these messages came, those that there are. One query."""
    found = Message.objects.filter(room=room.pk, seq__in=seqs, seq__lte=room.last_seq)
    return dict(found.values_list("seq", "created_at"))


def _day_of(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return days.day_of(moment, zone) if moment else None


def _months(counts: dict[date, int]) -> list[Month]:
    most = max(counts.values(), default=0)
    months: dict[date, list[Cell]] = {}
    for day, count in counts.items():
        busy = -(-4 * count // most) if most else 0
        months.setdefault(days.month_of(day), []).append(Cell(day, count, busy))
    made = [_month(first, cells) for first, cells in months.items()]
    return [month for month in reversed(made) if month.count]


def _month(first: date, cells: list[Cell]) -> Month:
    places: list[Cell | None] = [*[None] * first.weekday(), *cells]
    places += [None] * (-len(places) % 7)
    weeks = [places[n : n + 7] for n in range(0, len(places), 7)]
    return Month(first, sum(cell.count for cell in cells), weeks)
