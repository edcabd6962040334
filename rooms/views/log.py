"""A room's log: what was done there by whom to whom, for its moderators."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry
from accounts.models.audit import PAGE, AuditQuerySet
from accounts.views.audit import as_csv, asked_of, filtered, no_day
from rooms import access
from rooms.apps import RoomsConfig
from rooms.models import Room
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request, slug: str) -> HttpResponse:
    """The newest entries, those before one, those of one verb, by or about one person."""
    room, asked, found = _asked(request, slug)
    before = whole(request.GET.get("before"))
    entries = found.page(before, PAGE + 1)
    context = {
        "room": room,
        "entries": entries[:PAGE],
        "asked": asked,
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "earlier": entries[PAGE - 1].pk if len(entries) > PAGE else None,
        "before": before,
        "no_day": no_day(asked),
        "verbs": RoomsConfig.verbs,
    }
    return render(request, "rooms/log.html", context)


@require_safe
@login_required
def export(request: Request, slug: str) -> HttpResponseBase:
    """The same as CSV that no spreadsheet runs."""
    room, _, found = _asked(request, slug)
    return as_csv(found, f"log-of-room-{room.pk}.csv")


def _asked(request: Request, slug: str) -> tuple[Room, dict[str, str], AuditQuerySet]:
    """The room, what of its log is asked for, and that; never another room's. One query or two."""
    member = access.membership(request.user, slug)
    if not member.may_moderate:
        raise PermissionDenied
    room = request.room = member.room
    asked = asked_of(request) | {"area": ""}
    asked["target"] = asked["target"] or request.GET.get("person", "").replace("\x00", "").strip()
    return room, asked, filtered(AuditEntry.objects.filter(area=room.area), asked)
