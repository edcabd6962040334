"""How fast a person may act: a token bucket each, in this process's memory."""

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from rooms.errors import TooFast

KEPT = 10_000
UPLOAD_PAUSE = 5  # seconds


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second.

    Source: the leaky bucket as a meter, ITU-T I.371, annex A.
    """

    __slots__ = ("burst", "checked", "rate", "tokens")

    def __init__(self, burst: float, rate: float) -> None:
        self.burst = self.tokens = float(burst)
        self.rate = rate
        self.checked = time.monotonic()

    def take(self) -> None:
        """Take one token. Raises TooFast, naming whole seconds to wait, when there is none."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.checked) * self.rate)
        self.checked = now
        if self.tokens < 1:
            raise TooFast(max(1, math.ceil((1 - self.tokens) / self.rate)))
        self.tokens -= 1


_posting: OrderedDict[int, Bucket] = OrderedDict()


_uploading: set[int] = set()


@contextmanager
def one_upload(user_pk: int) -> Iterator[None]:
    """One at a time of each person in this process, as pictures are work. Raises TooFast."""
    if user_pk in _uploading:
        raise TooFast(UPLOAD_PAUSE)
    _uploading.add(user_pk)
    try:
        yield
    finally:
        _uploading.discard(user_pk)


def posting(user_pk: int) -> Bucket:
    """This person's bucket for messages, the same by socket and by HTTP."""
    bucket = _posting.get(user_pk)
    if bucket is None:
        bucket = _posting[user_pk] = Bucket(settings.THROTTLE_BURST, settings.THROTTLE_RATE)
        if len(_posting) > KEPT:
            _posting.popitem(last=False)
    _posting.move_to_end(user_pk)
    return bucket
