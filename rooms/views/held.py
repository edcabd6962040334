"""What waits for a room's moderators, and what of one's own does."""

from collections.abc import Callable

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Held, Membership
from rooms.models.held import PER_PAGE
from rooms.realtime import history
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request

OWN = 20


@require_safe
@login_required
def index(request: Request, slug: str) -> HttpResponse:
    """For moderators all that waits, the longest waiting first; for everybody their own."""
    return _page(request, access.membership(request.user, slug))


@require_POST
@login_required
@unhurried
def approve(request: Request, slug: str, pk: int) -> HttpResponse:
    return _decide(
        request, slug, pk, lambda by, held: actions.messages.approve(by=by, held=held),
        _("It is in the room now."),
    )  # fmt: skip


@require_POST
@login_required
@unhurried
def reject(request: Request, slug: str, pk: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _decide(
        request, slug, pk, lambda by, held: actions.held.reject(by=by, held=held, reason=reason),
        _("It stays out, and its author can read why."),
    )  # fmt: skip


@require_POST
@login_required
@unhurried
def take_back(request: Request, slug: str, pk: int) -> HttpResponse:
    return _decide(
        request, slug, pk, lambda by, held: actions.held.take_back(by=by, held=held),
        _("You have taken it back."),
    )  # fmt: skip


def _decide(
    request: Request, slug: str, pk: int, act: Callable[[Membership, Held], object], done: str
) -> HttpResponse:
    member = access.membership(request.user, slug)
    held = access.held(member, pk)
    try:
        act(member, held)
    except Refused as refusal:
        return _page(request, member, refusal)
    notices.success(request, done)
    return redirect("rooms:held", slug)


def _page(request: Request, member: Membership, refusal: Refused | None = None) -> HttpResponse:
    """Two queries beside those of every page, three for moderators."""
    room = request.room = member.room
    history.complete([member])
    here = Held.objects.filter(room=room)
    found: list[Held] = []
    if member.may_moderate:
        found = (
            here.waiting().exclude(author=request.user).listed(whole(request.GET.get("after")) or 0)
        )
    context = {
        "room": room,
        "member": member,
        "found": found[:PER_PAGE],
        "later": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None,
        "own": here.filter(author=request.user)
        .exclude(decision="withdrawn")
        .order_by("-pk")
        .prefetch_related("attachments")[:OWN],
        "error": refusal,
    }
    return render(request, "rooms/held.html", context, status=refusal.status if refusal else 200)
