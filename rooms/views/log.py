"""A room's log: what was done there by whom to whom, for its moderators."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry
from accounts.models.audit import PAGE
from rooms import access
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request, slug: str) -> HttpResponse:
    """The newest entries, those before one, those of one verb or about one person."""
    member = access.membership(request.user, slug)
    if not member.may_moderate:
        raise PermissionDenied
    room = request.room = member.room
    asked = {name: request.GET.get(name, "").replace("\x00", "") for name in ("verb", "person")}
    found = AuditEntry.objects.filter(area=room.area)
    if asked["verb"]:
        found = found.filter(verb=asked["verb"])
    if asked["person"]:
        found = found.filter(target__username=asked["person"].strip().removeprefix("@"))
    entries = found.page(before=whole(request.GET.get("before")))
    context = {"room": room, "entries": entries, "asked": asked, "earlier": _earlier(entries)}
    return render(request, "rooms/log.html", context)


def _earlier(entries: list[AuditEntry]) -> int | None:
    """From which entry the next page goes back, if there may be one."""
    return entries[-1].pk if len(entries) == PAGE else None
