"""What speaks to me, in all rooms."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import notices
from accounts.models import Notice
from accounts.models.notices import PAGE
from rooms import access, actions, completion
from rooms.inbox import inbox as make_inbox
from rooms.realtime import frames
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def inbox(request: Request) -> HttpResponse:
    """What speaks to me, the latest first, all or of one `sort`; the newest of it is live."""
    before, sort = whole(request.GET.get("before")), request.GET.get("sort", "")
    told = Notice.objects.unread().filter(user=request.user).page() if before is None else []
    context = {"inbox": make_inbox(request.user, before, sort), "before": before, "told": told}
    return render(request, "rooms/mentions.html", context)


@require_POST
@login_required
def names(request: Request, slug: str) -> HttpResponse:
    """Whom the @ at the end of a text may mean; with `name`, the composer with it taken."""
    member = access.membership(request.user, slug)
    if not member.joined:
        raise PermissionDenied
    text = request.POST.get("message", "")
    nonce, name = request.POST.get("nonce", ""), request.POST.get("name", "")
    if name and frames.NONCE.fullmatch(nonce):
        context = {"text": completion.completed(text, name[:150]), "nonce": nonce}
        return render(request, "rooms/names.html#taken", context)
    word = completion.begun(text)
    people = completion.people(member.room, word, request.user) if word else []
    return render(request, "rooms/names.html#offered", {"room": member.room, "people": people})


@require_POST
@login_required
@unhurried
def read_all(request: Request) -> HttpResponse:
    """All of all rooms is read."""
    actions.members.read_everything(user=request.user)
    return redirect("mentions")


@require_safe
@login_required
def told(request: Request) -> HttpResponse:
    """All that the site told me, the latest first."""
    mine = Notice.objects.filter(user=request.user)
    found = mine.page(whole(request.GET.get("before")), PAGE + 1)
    shown = found[:PAGE]
    context = {"told": shown, "next": shown[-1].pk if len(found) > PAGE else None}
    return render(request, "rooms/told.html", context)


@require_POST
@login_required
@unhurried
def read_told(request: Request) -> HttpResponse:
    """What the site told me is read."""
    notices.read(user=request.user)
    return redirect("mentions")
