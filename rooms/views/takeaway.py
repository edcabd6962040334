"""Take away a room, or what is one's own."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from rooms import access, actions, takeaway
from rooms.errors import Refused
from rooms.views.haste import unhurried
from rooms.views.page import room_page
from rooms.views.request import Request


@require_POST
@login_required
@unhurried
def room(request: Request, slug: str) -> HttpResponseBase:
    """All that can be read in the room, as a zip. A POST, as it is work and goes into the log."""
    member = access.membership(request.user, slug)
    try:
        actions.rooms.take_away(by=member)
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)
    return _zip(takeaway.of_room(member.room), "room.zip")


@require_POST
@login_required
@unhurried
def mine(request: Request) -> HttpResponseBase:
    return _zip(takeaway.of_person(request.user), "mine.zip")


def _zip(parts: Iterator[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(parts, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
