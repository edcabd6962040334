"""How long something lasts, as a form says it, whole seconds or for ever, and as people read it."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import FOREVER
from rooms.errors import Invalid

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LONGEST = 3_650 * DAY
SLOWEST = 6 * HOUR

# What the forms offer.
SPANS = (
    (10 * MINUTE, gettext_lazy("10 minutes")),
    (HOUR, gettext_lazy("1 hour")),
    (8 * HOUR, gettext_lazy("8 hours")),
    (DAY, gettext_lazy("1 day")),
    (7 * DAY, gettext_lazy("1 week")),
    (30 * DAY, gettext_lazy("30 days")),
    ("", gettext_lazy("for ever")),
)
PAUSES = (
    (0, gettext_lazy("Off")),
    (5, gettext_lazy("5 seconds")),
    (10, gettext_lazy("10 seconds")),
    (30, gettext_lazy("30 seconds")),
    (MINUTE, gettext_lazy("1 minute")),
    (5 * MINUTE, gettext_lazy("5 minutes")),
    (15 * MINUTE, gettext_lazy("15 minutes")),
    (HOUR, gettext_lazy("1 hour")),
)
WAITS = (0, 1, 3, 7, 14, 30)  # days before new members may post links
LONGEST_WAIT = 365
LONGEST_KEPT = 3_650
MOST_FIRST = 50


def end(seconds: str) -> datetime:
    """When `seconds` from now are over; nothing at all is for ever. Raises Invalid."""
    if not seconds.strip():
        return FOREVER
    text = _("A time is a whole number of seconds from 1 to %(most)s.")
    return timezone.now() + timedelta(seconds=_whole(seconds, 1, LONGEST, text))


def pause(seconds: str) -> int:
    """The seconds of slow mode, 0 for none. Raises Invalid."""
    text = _("Slow mode is a whole number of seconds from 0 to %(most)s.")
    return _whole(seconds.strip() or "0", 0, SLOWEST, text)


def wait(days: str) -> int:
    """After how many days in a room links may be posted, 0 for at once. Raises Invalid."""
    text = _("Links are possible from 0 to %(most)s days after joining, a whole number.")
    return _number(days, LONGEST_WAIT, text % {"most": LONGEST_WAIT})


def retention(days: str) -> int:
    """For how many days messages are kept, 0 for ever. Raises Invalid."""
    text = _("Messages are kept for 1 to %(most)s days, a whole number, or 0: for ever.")
    return _number(
        days, LONGEST_KEPT, text % {"most": number_format(LONGEST_KEPT, force_grouping=True)}
    )


def first(count: str) -> int:
    """How many messages of a new member are looked at first. Raises Invalid."""
    text = _("0 to %(most)s first messages can be looked at, a whole number.")
    return _number(count, MOST_FIRST, text % {"most": MOST_FIRST})


def until(end: datetime) -> str:
    """“until 14:05”, with the day where that is another one, or “for ever”."""
    if end >= FOREVER:
        return _("for ever")
    local = timezone.localtime(end)
    today = local.date() == timezone.localdate()
    return _("until %(time)s") % {"time": date_format(local, "H:i" if today else _("j F Y, H:i"))}


def _number(text: str, most: int, otherwise: str) -> int:
    text = text.strip() or "0"
    if text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most:
        return int(text)
    raise Invalid(otherwise)


def _whole(text: str, least: int, most: int, otherwise: str) -> int:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    if not least <= number <= most:
        raise Invalid(otherwise % {"most": number_format(most, force_grouping=True)})
    return number
