"""Close an account."""

import secrets

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import languages
from accounts.actions import audit, sessions
from accounts.errors import Refused
from accounts.models import User


def close(*, person: User, erase: bool) -> User:
    """Make an account nobody's, at once: no name, no address, no session, no way in.

    `erase` is kept for whoever takes care of what the person said. The row itself goes when
    nothing points at it any more. Raises Refused for the site's last administrator. Call it
    inside the transaction that takes the person out of their rooms.
    """
    administrators = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    left = [each for each in administrators.order_by("pk") if each.pk != person.pk]
    if person.is_superuser and not any(each.is_welcome for each in left):
        raise Refused(_("You are the last administrator. Make somebody else one first."))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        sessions.end_all(person, notice=_("This account has been closed."))
        person.invitations.filter(revoked_at=None).update(revoked_at=timezone.now())
        EmailAddress.objects.filter(user=person).delete()
        person.username = person.username_key = f"former-{secrets.token_hex(8)}"
        with languages.to_everybody():
            person.display_name, person.email = _("A former member"), ""
        person.is_active = person.is_staff = person.is_superuser = person.founder = False
        person.leaving = User.Leaving.ERASE if erase else User.Leaving.KEEP
        person.set_unusable_password()
        person.save()
        audit.record(
            by=None, verb=gettext_noop("closed account"), target=person, after={"erase": erase}
        )
    return person
