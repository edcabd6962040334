"""Days that people type."""

from datetime import date, datetime, time
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Invalid

FAR: Final = 3660


def first_moment(day: str) -> datetime:
    """When the day that was typed begins: yet to come, within ten years.

    Raises Invalid, before any arithmetic on it could fail.
    """
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        raise Invalid(_("Please choose the day until when, as in 2027-01-31.")) from None
    if not 0 < (chosen - timezone.localdate()).days <= FAR:
        raise Invalid(_("Please choose a day that is yet to come, within the next ten years."))
    return timezone.make_aware(datetime.combine(chosen, time.min))
