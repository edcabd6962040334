"""The words that a room does not want, for its moderators; those of the site, for its staff."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.views.invitations import staff_only
from rooms import access, actions, words
from rooms.actions.words import KINDS
from rooms.errors import Refused
from rooms.models import WordList
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def index(request: Request, slug: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    if not member.may_moderate:
        raise PermissionDenied
    room = request.room = member.room
    found = actions.words.in_room(room)
    context = {"room": room, "member": member}
    if request.method != "POST":
        return _page(request, found, context)
    try:
        actions.words.change(by=member, **_asked(request))
    except Refused as refusal:
        return _page(request, found, context, refusal)
    return redirect("rooms:words", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
@unhurried
def on_site(request: Request) -> HttpResponse:
    found = actions.words.on_site()
    if request.method != "POST":
        return _page(request, found, {})
    try:
        actions.words.change_site(by=request.user, **_asked(request))
    except Refused as refusal:
        return _page(request, found, {}, refusal)
    return redirect("site-words")


def _asked(request: Request) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in (*KINDS, "version")}


def _page(
    request: Request, found: WordList, context: dict[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    """What was refused stands in its boxes, to be sent again knowing the newest list."""
    typed = {kind: getattr(found, kind) for kind in KINDS}
    if refusal is not None:
        typed |= {kind: request.POST.get(kind, "") for kind in KINDS}
    context |= {"list": found, "typed": typed, "most": words.MOST, "error": refusal}
    status = refusal.status if refusal else 200
    return render(request, "rooms/words.html", context, status=status)
