"""Days as a person has them: dates in a time zone, and the moments at which they begin."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User

A_DAY = timedelta(days=1)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone)


def parse_day(text: str | None) -> date | None:
    """`2026-11-24`, in ASCII digits and nothing else, if there is such a day."""
    return _date(_DATE.fullmatch(text or ""))


def parse_month(text: str | None) -> date | None:
    """The first day of `2026-11`, if there is such a month."""
    return _date(_MONTH.fullmatch(text or ""))


def start(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins, in UTC.

    Not always midnight: where clocks are put forward at midnight the day begins with the first
    moment that there is; of two midnights the first counts. Days meet without gap or overlap.
    """
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)


def end(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which the day after begins."""
    return datetime.max.replace(tzinfo=UTC) if day == date.max else start(day + A_DAY, zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day that this moment belongs to: `start(day) <= moment < end(day)`."""
    day = moment.astimezone(zone).date()
    return day + A_DAY if moment >= end(day, zone) else day


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date, count: int = 1) -> date:
    """The first day of the month `count` months before (negative: after); within the calendar."""
    year, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(min(max(year, 1), 9999), index + 1, 1)


def _date(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    parts = [int(part) for part in found.groups()]
    try:
        return date(*parts, *[1][: 3 - len(parts)])
    except ValueError:
        return None
