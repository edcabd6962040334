"""What speaks to me, in all rooms."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from rooms import actions
from rooms.inbox import inbox as make_inbox
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def inbox(request: Request) -> HttpResponse:
    """The messages that mention me, the latest first; the newest of them are live."""
    before = whole(request.GET.get("before"))
    context = {"inbox": make_inbox(request.user, before), "before": before}
    return render(request, "rooms/mentions.html", context)


@require_POST
@login_required
@unhurried
def read_all(request: Request) -> HttpResponse:
    """All of all rooms is read."""
    actions.members.read_everything(user=request.user)
    return redirect("mentions")
