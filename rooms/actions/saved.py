"""Keep messages for later. Nobody else hears of it."""

from django.utils.translation import gettext as _

from accounts.models import User
from rooms.errors import Invalid
from rooms.markup import clean
from rooms.models import Message, Saved

LONGEST = 500


def save(*, user: User, message: Message, note: str) -> Saved:
    """Keep a message, or put another note to one that is kept. Raises Invalid.

    One statement: two at once keep it once.
    """
    note = clean(note)
    if len(note) > LONGEST:
        raise Invalid(
            _("A note has at most %(longest)s characters; this one has %(len)s.")
            % {"longest": LONGEST, "len": len(note)}
        )
    Saved.objects.bulk_create(
        [Saved(user=user, message=message, note=note)],
        update_conflicts=True,
        unique_fields=["user", "message"],
        update_fields=["note"],
    )
    return Saved.objects.get(user=user, message=message)


def discard(*, user: User, message: Message) -> None:
    """Keep it no longer; what is not kept stays so."""
    Saved.objects.filter(user=user, message=message).delete()
