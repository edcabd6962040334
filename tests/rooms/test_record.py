"""A room's past by days, against a plain look at all its messages."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import actions, days, record
from rooms.models import Message, Room
from rooms.models.messages import Line

ZONES = ["UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
YEAR_AGO = datetime(2025, 10, 20, 9, 30, tzinfo=UTC)


def said_at(room: Room, author: User, *moments: datetime) -> Room:
    """The room with a message at each of these moments."""
    Message.objects.bulk_create(
        Message(
            room=room, author=author, seq=n, version=n, posted_version=n, text="x", html="<p>x</p>",
            created_at=at,
            opens_day=n == 1 or at.date() != moments[n - 2].date(),
        )
        for n, at in enumerate(moments, 1)
    )  # fmt: skip
    count = len(moments)
    Room.objects.filter(pk=room.pk).update(
        version=count, last_seq=count, last_posted_at=moments[-1] if moments else None
    )
    return Room.objects.get(pk=room.pk)


@pytest.fixture
def old(lobby: Room, alice: User) -> Room:
    """The lobby with 400 messages over fourteen months, closer and closer together."""
    moments = [YEAR_AGO + timedelta(days=405) * (1 - (1 - n / 400) ** 2) for n in range(400)]
    return said_at(lobby, alice, *moments)


def expected(room: Room, zone: ZoneInfo) -> Counter[date]:
    times = Message.objects.filter(room=room).values_list("created_at", flat=True)
    return Counter(days.day_of(at, zone) for at in times)


def whole_day(room: Room, zone: ZoneInfo, day: date) -> list[Line]:
    shown = record.one_day(room, zone, day, 1)
    lines = shown.lines
    for number in range(2, shown.pages + 1):
        lines = lines + record.one_day(room, zone, day, number).lines
    return lines


@pytest.mark.parametrize("name", ZONES)
def test_the_calendars_counts_are_those_of_the_readers_days(old: Room, name: str) -> None:
    zone = ZoneInfo(name)
    counts: Counter[date] = Counter()
    until: date | None = None
    while True:
        shown = record.calendar(old, zone, until)
        for month in shown.months:
            cells = [cell for week in month.weeks for cell in week if cell]
            assert month.count == sum(cell.count for cell in cells) > 0
            counts.update({cell.day: cell.count for cell in cells if cell.count})
        if shown.earlier is None:
            break
        until = shown.earlier
    assert counts == expected(old, zone)


@pytest.mark.parametrize("name", ZONES)
def test_the_days_hold_every_message_once_and_lead_to_each_other(old: Room, name: str) -> None:
    zone = ZoneInfo(name)
    wanted = expected(old, zone)
    seqs: list[int] = []
    walked: list[date] = []
    day: date | None = min(wanted)
    previous = None
    while day is not None:
        shown = record.one_day(old, zone, day, 1)
        assert shown.previous == previous
        assert shown.count == wanted[day]
        seqs += [line.seq for line in whole_day(old, zone, day)]
        walked.append(day)
        previous, day = day, shown.next
    assert walked == sorted(wanted)
    assert seqs == list(range(1, 401))


def test_a_long_day_has_pages_that_stay_where_they_are(lobby: Room, alice: User) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    room = said_at(lobby, alice, *(noon + timedelta(seconds=n) for n in range(250)))
    zone = ZoneInfo("UTC")
    pages = [record.one_day(room, zone, noon.date(), number) for number in (1, 2, 3, 4)]
    assert [len(page.lines) for page in pages] == [100, 100, 50, 50]
    assert [page.number for page in pages] == [1, 2, 3, 3]
    assert {page.pages for page in pages} == {3}
    message = Message.objects.get(room=room, seq=201)
    assert record.page_of(room, zone, message) == (noon.date(), 3)


def test_a_day_without_messages_knows_its_neighbours(old: Room) -> None:
    zone = ZoneInfo("UTC")
    first, last = min(expected(old, zone)), max(expected(old, zone))
    before = record.one_day(old, zone, date(1, 1, 1), 1)
    after = record.one_day(old, zone, date.max, 1)
    assert (before.count, before.previous, before.next) == (0, None, first)
    assert (after.count, after.previous, after.next) == (0, last, None)


def test_a_room_in_which_nobody_spoke_has_an_empty_record(lobby: Room) -> None:
    zone = ZoneInfo("UTC")
    assert record.calendar(lobby, zone, None).months == []
    assert record.one_day(lobby, zone, timezone.now().date(), 1).count == 0


def test_another_rooms_messages_are_not_counted(lobby: Room, den: Room, alice: User) -> None:
    said_at(den, alice, YEAR_AGO)
    room = said_at(lobby, alice, YEAR_AGO, YEAR_AGO + timedelta(days=1))
    shown = record.one_day(room, ZoneInfo("UTC"), YEAR_AGO.date(), 1)
    assert (shown.count, len(shown.lines)) == (1, 1)


def test_what_came_after_the_rooms_version_was_read_is_left_out(lobby: Room, alice: User) -> None:
    actions.messages.post(room=lobby, author=alice, text="seen")
    room = Room.objects.get(pk=lobby.pk)
    actions.messages.post(room=lobby, author=alice, text="not yet")
    zone, today = ZoneInfo("UTC"), timezone.now().date()
    shown = record.one_day(room, zone, today, 1)
    assert ([line.seq for line in shown.lines], shown.count) == ([1], 1)
