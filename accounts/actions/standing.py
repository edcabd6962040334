"""Who may act on whom, decided under a lock."""

from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.models import User


def lock(by: User, person: User) -> tuple[User, User]:
    """Both as they are now, locked until the transaction ends, in one order for all.

    Raises Refused unless `by` looks after the site and outranks `person`: so nobody acts on
    themselves, on an equal or on somebody higher, and a site's last administrator stays.
    """
    rows = User.objects.select_for_update().filter(pk__in=[by.pk, person.pk]).order_by("pk")
    both = {row.pk: row for row in rows}
    by, person = both[by.pk], both[person.pk]
    if by.pk == person.pk:
        raise Refused(_("You cannot do this to yourself."))
    if not by.is_in_charge:
        raise Refused(_("Only the site's staff can do this."))
    if not by.outranks(person):
        raise Refused(
            _("%(name)s looks after this site as you do, or above you.") % {"name": person.name}
        )
    return by, person
