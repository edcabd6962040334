"""Tell people what became of something."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts import signals
from accounts.models import Notice, User

LONGEST = 800


def tell(*, people: Iterable[User | int], text: str, address: str = "") -> None:
    """Put one sentence before each of these people, inside the transaction that it speaks of.

    One query for all of them, and each of their open pages says that there is something new.
    """
    pks = sorted({person.pk if isinstance(person, User) else person for person in people})
    text = text.replace("\x00", "")[:LONGEST]
    Notice.objects.bulk_create(Notice(user_id=pk, text=text, address=address) for pk in pks)
    for pk in pks:
        signals.told.send(sender=None, user_pk=pk)


def read(*, user: User) -> None:
    """All that was told is read."""
    with transaction.atomic():
        if user.notices.unread().update(read_at=timezone.now()):
            signals.told.send(sender=None, user_pk=user.pk)
