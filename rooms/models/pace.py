"""How fast one person may write, and how often the same."""

import math
from datetime import datetime, timedelta
from hashlib import blake2s

from django.utils import timezone

REPEATS = 4  # times that the same may be said once more, one after the other
REPEAT_PAUSE, REPEAT_MOST = 10, 600  # seconds until the next time, which double
REPEAT_WITHIN = timedelta(minutes=15)


def pause_after(repeats: int) -> int:
    """The seconds until what was said `repeats` times before may be said once more, 0 for none.

    Some repeating is talk (“yes”, “+1”); beyond that each waits twice as long.
    """
    beyond = repeats - REPEATS
    return min(REPEAT_PAUSE * 2 ** min(beyond - 1, 10), REPEAT_MOST) if beyond > 0 else 0


def said_key(text: str) -> int:
    """What texts share that say the same: case and white space aside."""
    alike = " ".join(text.casefold().split())
    return int.from_bytes(blake2s(alike.encode(), digest_size=8).digest(), signed=True)


def left(since: datetime | None, seconds: int) -> int:
    """How many of these seconds since then are left, rounded up."""
    if since is None or not seconds:
        return 0
    return max(0, math.ceil(seconds - (timezone.now() - since).total_seconds()))
