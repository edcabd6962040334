"""The list of my rooms beside every page."""

from dataclasses import dataclass
from hashlib import blake2s

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from rooms.models import Membership


@dataclass(frozen=True, slots=True)
class Sidebar:
    """`html` is the list, `digest` what a page says back to tell which list it shows.

    `rooms` maps the primary key of each room to whether it has unread messages.
    """

    html: SafeString
    digest: str
    rooms: dict[int, bool]


def sidebar(user_pk: int, current: int | None) -> Sidebar:
    """This person's rooms; `current` is the primary key of the room on the page. One query.

    The room on the page is never marked unread: its messages are in view.
    """
    members = list(Membership.objects.for_sidebar(user_pk))
    rooms = {m.room_id: m.has_unread and m.room_id != current for m in members}
    context = {"members": members, "current": current}
    html = render_to_string("rooms/sidebar.html", context)
    digest = blake2s(html.encode(), digest_size=8).hexdigest()
    return Sidebar(html, digest, rooms)
