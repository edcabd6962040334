"""How templates say how much more may be written."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rooms.actions.rules import LONGEST

register = template.Library()

NEAR = 1_000  # characters from the end on which it is said


@register.simple_tag
def characters_left(text: str) -> str:
    """What a message may still have, or has too many; "" while that is far away."""
    left = LONGEST - len(text.strip())
    if left >= NEAR:
        return ""
    if left < 0:
        return _("%(count)s too many") % {"count": number_format(-left, force_grouping=True)}
    return ngettext("%(count)s character left", "%(count)s characters left", left) % {"count": left}
