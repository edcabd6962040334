"""Report a message or a person."""

from typing import Any

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Report, ReportKind, Room
from rooms.rows import rows
from rooms.views.haste import unhurried
from rooms.views.request import Request

SHOWN = 50
THANKS = _(
    "Thank you. Those who look after this will see it, and you will be told what came of it."
)

KEPT = _(
    "Thank you. It is kept, and noted where the site's operator reads. The person whom it is about "
    "is the only one who looks after this site, so that nobody else can see it here."
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def message(request: Request, slug: str, seq: int) -> HttpResponse:
    """Report a message to those who look after its room."""
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    room = request.room = member.room
    context = {"room": room, "message": found, "rows": rows([found.line], room.slug)}
    if request.method != "POST":
        return _page(request, context)
    try:
        report = actions.reports.report_message(by=member, message=found, **_given(request))
    except Refused as refusal:
        return _page(request, context, refusal)
    notices.success(request, _thanks(report))
    return redirect(f"{found.get_absolute_url()}#m{seq}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def person(request: Request, username: str) -> HttpResponse:
    """Report a person: in a room that both are in, or to the site's staff."""
    found = access.person(username)
    shared = Room.objects.shared_by(request.user, found).order_by("name", "pk")[:SHOWN]
    context = {"person": found, "rooms": shared}
    if request.method != "POST":
        return _page(request, context)
    slug = request.POST.get("room", "")
    room = access.membership(request.user, slug).room if slug else None
    try:
        report = actions.reports.report_person(
            by=request.user, person=found, room=room, **_given(request)
        )
    except Refused as refusal:
        return _page(request, context, refusal)
    notices.success(request, _thanks(report))
    return redirect("people:person", found.username)


def _thanks(report: Report) -> Any:
    return THANKS if actions.reports.somebody_looks_at(report.case) else KEPT


def _given(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in ("kind", "comment")}


def _page(
    request: Request, context: dict[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    context |= {"kinds": ReportKind.choices, "asked": request.POST, "error": refusal}
    status = refusal.status if refusal else 200
    return render(request, "rooms/report.html", context, status=status)
