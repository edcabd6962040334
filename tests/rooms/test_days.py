"""Days as they are in every time zone: without gap or overlap, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rooms import days

pytestmark = pytest.mark.once

zones = some.sampled_from(sorted(available_timezones())).map(ZoneInfo)
moments = some.datetimes(datetime(1970, 1, 2), datetime(2040, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(moments, zones)
def test_every_moment_belongs_to_one_day_that_it_lies_in(moment: datetime, zone: ZoneInfo) -> None:
    day = days.day_of(moment, zone)
    assert days.start(day, zone) <= moment < days.end(day, zone)


@given(some.dates(), zones)
def test_days_meet_and_never_run_backwards(day: date, zone: ZoneInfo) -> None:
    assert days.start(day, zone) <= days.end(day, zone)
    if day != date.max:
        assert days.end(day, zone) == days.start(day + timedelta(days=1), zone)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("UTC", date(2026, 3, 29), 24),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # begins at one o'clock
        ("America/Havana", date(2026, 11, 1), 25),  # has two midnights
        ("Pacific/Apia", date(2011, 12, 30), 0),  # never was
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    length = days.end(day, ZoneInfo(zone)) - days.start(day, ZoneInfo(zone))
    assert length == timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    [
        "", None, "2026-02-29", "2026-13-01", "0000-01-01", "2026-1-1", "26-11-24", "٢٠٢٦-١١-٢٤",
        "2026-11-24 ", "2026-11-24\n", "2026/11/24", "20261124", "-2026-11-24", "2026-W48-2",
        "２０２６-11-24", "2026-11-24T00:00", "\x00",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert days.parse_day(text) is None


def test_dates_and_months_are_read() -> None:
    assert days.parse_day("2024-02-29") == date(2024, 2, 29)
    assert days.parse_month("2026-11") == date(2026, 11, 1)
    assert days.parse_month("2026-00") is None
    assert days.parse_month("2026-11-24") is None


def test_months_before_and_after() -> None:
    assert days.month_before(date(2026, 11, 1), 11) == date(2025, 12, 1)
    assert days.month_before(date(2026, 12, 1), -1) == date(2027, 1, 1)
    assert days.month_before(date(1, 1, 1), 12) == date(1, 1, 1)
    assert days.month_before(date(9999, 12, 1), -12) == date(9999, 12, 1)
