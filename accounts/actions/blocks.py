"""Keep somebody's words out of one's own sight."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import signals
from accounts.errors import Invalid
from accounts.models import Block, User

MOST = 500


def block(*, by: User, person: User) -> None:
    """From now on `by` sees folded lines; blocking twice is blocking once. Raises Invalid."""
    if by.pk == person.pk:
        raise Invalid(_("You cannot block yourself."))
    with transaction.atomic():
        me = User.objects.select_for_update().get(pk=by.pk)
        if me.blocks.count() >= MOST:
            raise Invalid(_("You can block at most %(most)s people.") % {"most": MOST})
        if Block.objects.get_or_create(by=me, person=person)[1]:
            renew(me)


def unblock(*, by: User, person: User) -> None:
    """Unblocking somebody who is not blocked changes nothing."""
    with transaction.atomic():
        me = User.objects.select_for_update().get(pk=by.pk)
        if me.blocks.filter(person=person).delete()[0]:
            renew(me)


def renew(user: User) -> None:
    """Their own stylesheet is another one now, on every page that is open."""
    user.look = F("look") + 1
    user.save(update_fields=["look"])
    user.refresh_from_db(fields=["look"])
    signals.look_changed.send(sender=None, user=user)
