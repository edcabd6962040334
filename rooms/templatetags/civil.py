"""How templates say times that end and times that last."""

from datetime import datetime

from django import template

from rooms.durations import DAY, HOUR, MINUTE
from rooms.models.members import until as until_words

register = template.Library()


@register.filter
def until(end: datetime) -> str:
    return until_words(end)


@register.filter
def duration(seconds: int) -> str:
    """“30 seconds”, “5 minutes”: in the largest unit that it is a whole number of."""
    for size, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= size and seconds % size == 0:
            return _counted(seconds // size, name)
    return _counted(seconds, "second")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'s'[: count != 1]}"
