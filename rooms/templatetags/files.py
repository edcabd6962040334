"""How templates say what may be sent."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from rooms.models import Attachment
from rooms.rows import shown_files

register = template.Library()


@register.simple_tag
def file_limits() -> str:
    most = settings.FILES_PER_MESSAGE
    told = ngettext(
        "(%(most)d, of at most %(size)s)", "(up to %(most)d, each of at most %(size)s)", most
    )
    return told % {"most": most, "size": filesizeformat(settings.FILE_BYTES)}


@register.simple_tag
def files_of(attachments: Iterable[Attachment], slug: str) -> SafeString:
    """The same as below a message, for what is not in the room (any more)."""
    files = [attachment.file for attachment in attachments]
    if not files:
        return mark_safe("")
    return render_to_string("rooms/files.html", {"shown": shown_files(files), "slug": slug})
