"""What speaks to me, in all rooms."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from rooms import actions
from rooms.models import Mention
from rooms.models.mentions import PER_PAGE
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def inbox(request: Request) -> HttpResponse:
    """The messages that mention me, the latest first."""
    before = whole(request.GET.get("before"))
    found = list(Mention.objects.inbox(request.user, before))
    shown = found[:PER_PAGE]
    context = {
        "mentions": [each.message for each in shown],
        "before": before,
        "next": shown[-1].pk if len(found) > PER_PAGE else None,
    }
    return render(request, "rooms/mentions.html", context)


@require_POST
@login_required
@unhurried
def read_all(request: Request) -> HttpResponse:
    """All of all rooms is read."""
    actions.members.read_everything(user=request.user)
    return redirect("mentions")
