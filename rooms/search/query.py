"""What a person typed into the search, read into plain parts. Nothing of it is anybody's syntax."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from rooms import days
from rooms.markup import clean
from rooms.models.found import HAS
from rooms.terms import terms

LONGEST = 500
MOST = 20

type Phrase = tuple[str, ...]

_PART = re.compile(
    r"(?:(?P<key>in|from|before|after|on|has):)?"
    r'(?:"(?P<quoted>[^"]*)(?:"|\Z)|(?P<bare>[^\s"]+))',
    re.IGNORECASE,
)
_YEAR = re.compile("[0-9]{4}")


@dataclass(slots=True)
class Query:
    """All of `phrases`, in one of `rooms`, from one of `people`, with each of `has`, from `since`
    on and before `before`. `problems` are sentences for who asked: then nothing is looked for.
    """

    phrases: list[Phrase] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    has: list[str] = field(default_factory=list)
    since: datetime | None = None
    before: datetime | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for."""
        parts = (self.phrases, self.rooms, self.people, self.has, self.since, self.before)
        return any(parts) and not self.problems


def parse(text: str, zone: ZoneInfo) -> Query:
    """Read a query; dates are days in `zone`. Pure, and there is no text that it cannot read."""
    query = Query()
    if len(text) > LONGEST:
        query.problems.append(
            _("A search has at most %(longest)s characters; this one is longer.")
            % {"longest": LONGEST}
        )
        return query
    for part in _PART.finditer(re.sub("[“”„«»]", '"', clean(text))):
        value = part["bare"] if part["quoted"] is None else part["quoted"].strip()
        _take(query, (part["key"] or "").lower(), value, zone)
    if len(query.phrases) > MOST:
        query.problems.append(
            _("A search has at most %(most)s words and phrases.") % {"most": MOST}
        )
    return query


def _take(query: Query, key: str, value: str, zone: ZoneInfo) -> None:
    match key:
        case "":
            if phrase := tuple(terms(value)):
                query.phrases.append(phrase)
        case "in":
            query.rooms.append(value.removeprefix("#"))
        case "from":
            query.people.append(value.removeprefix("@"))
        case "has":
            _take_has(query, value.lower())
        case _:
            _take_date(query, key, value, zone)


def _take_has(query: Query, value: str) -> None:
    if value not in HAS:
        query.problems.append(
            _("“has:” knows link, code and file, not “%(value)s”.") % {"value": value}
        )
    else:
        query.has.append(value)


def _take_date(query: Query, key: str, value: str, zone: ZoneInfo) -> None:
    found = _days(value)
    if found is None:
        query.problems.append(
            _("“%(value)s” is not a date. Write it like 2026-11-24 or 2026-11.") % {"value": value}
        )
        return
    first, last = found
    if key in ("on", "before"):
        edge = days.end(last, zone) if key == "on" else days.start(first, zone)
        query.before = min(edge, query.before or edge)
    if key in ("on", "after"):
        edge = days.start(first, zone) if key == "on" else days.end(last, zone)
        query.since = max(edge, query.since or edge)


def _days(text: str) -> tuple[date, date] | None:
    """The first and the last day of a day, a month or a year."""
    if day := days.parse_day(text):
        return day, day
    if month := days.parse_month(text):
        after = days.month_before(month, -1)
        return month, (after - days.A_DAY) if after > month else date.max
    if _YEAR.fullmatch(text) and int(text) > 0:
        return date(int(text), 1, 1), date(int(text), 12, 31)
    return None
