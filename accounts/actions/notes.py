"""Keep something in mind about somebody."""

from accounts.errors import Invalid, Refused
from accounts.models import StaffNote, User

LONGEST = 1000


def write(*, by: User, person: User, text: str) -> StaffNote:
    """A line for staff alone. Raises Invalid or Refused."""
    text = text.replace("\x00", "").strip()
    if not by.is_in_charge:
        raise Refused("Only the site's staff can do this.")
    if not text:
        raise Invalid("Write something first.")
    if len(text) > LONGEST:
        raise Invalid(f"A note has at most {LONGEST:,} characters.")
    return StaffNote.objects.create(person=person, author=by, text=text)
