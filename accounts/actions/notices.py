"""Tell people what became of something."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from accounts import languages, signals
from accounts.models import Notice, User

LONGEST = 800


def tell(*, people: Iterable[User | int], text: Callable[[], str], address: str = "") -> None:
    """Put one sentence before each of these people, inside the transaction that it speaks of.

    `text` makes it, in the language of each. Two queries for all of them, and each of their open
    pages says that there is something new.
    """
    pks = sorted({person.pk if isinstance(person, User) else person for person in people})
    found = User.objects.filter(pk__in=pks).only("language").order_by("pk")
    Notice.objects.bulk_create(
        Notice(user=user, text=_said(text, user), address=address) for user in found
    )
    for pk in pks:
        signals.told.send(sender=None, user_pk=pk)


def _said(text: Callable[[], str], user: User) -> str:
    with languages.to(user):
        return str(text()).replace("\x00", "")[:LONGEST]


def read(*, user: User) -> None:
    """All that was told is read."""
    with transaction.atomic():
        if user.notices.unread().update(read_at=timezone.now()):
            signals.told.send(sender=None, user_pk=user.pk)
