"""Delete for good what a room keeps no longer, a little at a time."""

import time
from datetime import timedelta
from itertools import takewhile

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from rooms.actions import replies
from rooms.models import Membership, Message, Room
from rooms.realtime import events

AT_ONCE = 200
EVERY = 60.0  # seconds between two looks, where nothing was due

_next_look = 0.0


def step() -> bool:
    """Delete up to 200 of one room's oldest messages; whether there were any to delete.

    Each step is one change of the room with its own version, so open pages follow. Mentions, what
    people saved and the search index go with the messages; read marks are moved behind them.
    """
    global _next_look
    if time.monotonic() < _next_look:
        return False
    room_pk = _due()
    if room_pk is None:
        _next_look = time.monotonic() + EVERY
        return False
    _purge(room_pk)
    return True


def look_again() -> None:
    """The next step looks, however long ago the last one did."""
    global _next_look
    _next_look = 0.0


def _due() -> int | None:
    """A room with something to delete: a query for each limit that there is, each a look at the
    oldest message of the rooms that have it."""
    now = timezone.now()
    begun = Q(retention_from=None) | Q(retention_from__lte=now)
    limits = set(Room.objects.filter(begun, retention__gt=0).values_list("retention", flat=True))
    oldest = Message.objects.filter(room=OuterRef("pk")).order_by("created_at", "seq")
    rooms = Room.objects.annotate(oldest=Subquery(oldest.values("created_at")[:1]))
    asked = [(days, rooms.filter(begun, retention=days)) for days in sorted(limits)]
    if settings.RETENTION_DAYS:
        asked.append((settings.RETENTION_DAYS, rooms))
    for days, those in asked:
        due = those.filter(oldest__lt=now - timedelta(days=days)).order_by("pk")
        if (found := due.values_list("pk", flat=True).first()) is not None:
            return found
    return None


def _purge(room_pk: int) -> None:
    """Under the room's lock, by what its owners want now."""
    with transaction.atomic():
        room = Room.lock(room_pk)
        cutoff = room.cutoff
        messages = Message.objects.filter(room=room_pk).order_by("seq")
        first = messages.lines(AT_ONCE + 1)
        old = [] if cutoff is None else list(takewhile(lambda m: m.created_at < cutoff, first))
        old = old[:AT_ONCE]
        if not old:
            return
        room.version = room.purged_version = Room.advance(room_pk).version
        room.first_seq = old[-1].seq + 1
        room.save(update_fields=["first_seq", "purged_version"])
        gone = Message.objects.filter(room=room_pk, seq__lt=room.first_seq)
        followed = replies.follow(gone, room.version)
        gone.delete()
        behind = Membership.objects.filter(room=room_pk, last_read_seq__lt=old[-1].seq)
        if behind.update(last_read_seq=old[-1].seq):
            events.recount(room_pk, None)
        kept = first[len(old)] if len(first) > len(old) else None
        events.messages_purged(room, old, kept, followed)
