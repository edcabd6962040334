"""How long something lasts, as a form says it: whole seconds, or for ever."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import FOREVER
from rooms.errors import Invalid

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LONGEST = 3_650 * DAY
SLOWEST = 6 * HOUR

# What the forms offer.
SPANS = (
    (10 * MINUTE, "10 minutes"),
    (HOUR, "1 hour"),
    (8 * HOUR, "8 hours"),
    (DAY, "1 day"),
    (7 * DAY, "1 week"),
    (30 * DAY, "30 days"),
    ("", "for ever"),
)
PAUSES = (
    (0, "Off"),
    (5, "5 seconds"),
    (10, "10 seconds"),
    (30, "30 seconds"),
    (MINUTE, "1 minute"),
    (5 * MINUTE, "5 minutes"),
    (15 * MINUTE, "15 minutes"),
    (HOUR, "1 hour"),
)


def end(seconds: str) -> datetime:
    """When `seconds` from now are over; nothing at all is for ever. Raises Invalid."""
    if not seconds.strip():
        return FOREVER
    return timezone.now() + timedelta(seconds=_whole(seconds, 1, LONGEST, "A time"))


def pause(seconds: str) -> int:
    """The seconds of slow mode, 0 for none. Raises Invalid."""
    return _whole(seconds.strip() or "0", 0, SLOWEST, "Slow mode")


def _whole(text: str, least: int, most: int, what: str) -> int:
    text = text.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
    if not least <= number <= most:
        raise Invalid(f"{what} is a whole number of seconds from {least} to {most:,}.")
    return number
