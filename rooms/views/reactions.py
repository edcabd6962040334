"""Reactions over HTTP: from a chip below a message, or from its menu."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rooms import access, actions
from rooms.errors import Refused
from rooms.realtime import frames
from rooms.views.haste import unhurried
from rooms.views.messages import menu_page
from rooms.views.page import whole
from rooms.views.request import Request


@require_POST
@login_required
@unhurried
def react(request: Request, slug: str) -> HttpResponse:
    """Put an emoji on a message or take it back: `react` holds both, seq first, or `seq` and
    `emoji` do. The message itself follows over the socket, to this page as to all others."""
    member = access.membership(request.user, slug)
    given = request.POST.get("react") or "{seq} {emoji}".format(
        seq=request.POST.get("seq", ""), emoji=request.POST.get("emoji", "")
    )
    seq, _, emoji = given.partition(" ")
    found = access.message(member, whole(seq) or 0)
    try:
        actions.reactions.toggle(member=member, message=found, emoji=emoji)
    except Refused as refusal:
        if request.htmx and "sheet" not in (request.htmx.target or ""):
            return HttpResponse(frames.notice(str(refusal)), status=refusal.status)
        return menu_page(request, member, found, refusal=refusal)
    return HttpResponse() if request.htmx else redirect(f"{found.get_absolute_url()}#m{found.seq}")


@require_POST
@login_required
@unhurried
def take(request: Request, slug: str, seq: int) -> HttpResponse:
    """A moderator takes away the reaction `emoji` of `username`."""
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    given = {name: request.POST.get(name, "") for name in ("emoji", "reason")}
    try:
        fellow = access.anybody(member, request.POST.get("username", ""))
        actions.reactions.take_away(by=member, member=fellow, message=found, **given)
    except Refused as refusal:
        return menu_page(request, member, found, refusal=refusal)
    return HttpResponse() if request.htmx else redirect(f"{found.get_absolute_url()}#m{found.seq}")
