"""Keep something in mind about somebody."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.errors import Invalid, Refused
from accounts.models import StaffNote, User

LONGEST = 1000


def write(*, by: User, person: User, text: str) -> StaffNote:
    """A line for staff alone. Raises Invalid or Refused."""
    text = text.replace("\x00", "").strip()
    if not by.is_in_charge:
        raise Refused(_("Only the site's staff can do this."))
    if not text:
        raise Invalid(_("Write something first."))
    if len(text) > LONGEST:
        raise Invalid(
            _("A note has at most %(longest)s characters.")
            % {"longest": number_format(LONGEST, force_grouping=True)}
        )
    return StaffNote.objects.create(person=person, author=by, text=text)
