"""How templates say times that end and times that last."""

from datetime import datetime

from django import template
from django.utils.translation import ngettext

from rooms.durations import DAY, HOUR, MINUTE
from rooms.durations import until as until_words

register = template.Library()


@register.filter
def until(end: datetime) -> str:
    return until_words(end)


@register.filter
def duration(seconds: int) -> str:
    """“30 seconds”, “5 minutes”: in the largest unit that it is a whole number of."""
    if seconds >= DAY and seconds % DAY == 0:
        count = seconds // DAY
        return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    if seconds >= HOUR and seconds % HOUR == 0:
        count = seconds // HOUR
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    if seconds >= MINUTE and seconds % MINUTE == 0:
        count = seconds // MINUTE
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
