"""A person as a room's moderators see them: what was said, what was done, what may be done."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEntry
from rooms import access, actions, durations
from rooms.errors import Invalid, Refused
from rooms.models import Measure, Membership, Message, Role, Sanction
from rooms.models.roles import RANKS
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request

SHOWN = 50
SINCE = {"hour": timedelta(hours=1), "day": timedelta(days=1), "ever": None}


@require_safe
@login_required
def person(request: Request, slug: str, username: str) -> HttpResponse:
    """Everything about one person in this room, for its moderators."""
    by = access.membership(request.user, slug)
    if not by.may_moderate:
        raise PermissionDenied
    return _page(request, by, access.anybody(by, username))


@require_POST
@login_required
@unhurried
def mute(request: Request, slug: str, username: str) -> HttpResponse:
    return _do(request, slug, username, actions.sanctions.mute, "seconds", "reason")


@require_POST
@login_required
@unhurried
def unmute(request: Request, slug: str, username: str) -> HttpResponse:
    return _do(request, slug, username, actions.sanctions.unmute, "reason")


@require_POST
@login_required
@unhurried
def ban(request: Request, slug: str, username: str) -> HttpResponse:
    return _do(request, slug, username, actions.sanctions.ban, "seconds", "reason")


@require_POST
@login_required
@unhurried
def unban(request: Request, slug: str, username: str) -> HttpResponse:
    return _do(request, slug, username, actions.sanctions.unban, "reason")


@require_POST
@login_required
@unhurried
def kick(request: Request, slug: str, username: str) -> HttpResponse:
    return _do(request, slug, username, actions.members.remove, "reason")


@require_POST
@login_required
@unhurried
def sweep(request: Request, slug: str, username: str) -> HttpResponse:
    """Remove the chosen messages of one person, or all of the last hour, day or ever."""
    by = access.membership(request.user, slug)
    author = access.anybody(by, username)
    try:
        what = _chosen(request)
        reason = request.POST.get("reason", "")
        actions.removals.remove_many(by=by, author=author, reason=reason, **what)
    except Refused as refusal:
        return _refused(request, by, author, refusal)
    return redirect("rooms:person", slug, username)


@require_POST
@login_required
@unhurried
def bring_back(request: Request, slug: str, username: str) -> HttpResponse:
    """Bring the chosen messages of one person back."""
    by = access.membership(request.user, slug)
    author = access.anybody(by, username)
    reason = request.POST.get("reason", "")
    try:
        actions.removals.restore_many(by=by, author=author, seqs=_seqs(request), reason=reason)
    except Refused as refusal:
        return _refused(request, by, author, refusal)
    return redirect("rooms:person", slug, username)


def _do(request: Request, slug: str, username: str, act: object, *fields: str) -> HttpResponse:
    by = access.membership(request.user, slug)
    member = access.anybody(by, username)
    given = {name: request.POST.get(name, "") for name in fields}
    try:
        act(by=by, member=member, **given)  # type: ignore[operator]
    except Refused as refusal:
        return _refused(request, by, member, refusal)
    return redirect("rooms:person", slug, username)


def _chosen(request: Request) -> dict[str, Any]:
    span = request.POST.get("since", "")
    if span in SINCE:
        back = SINCE[span]
        return {"since": timezone.now() - back if back else None}
    seqs = _seqs(request)
    if span or not seqs:
        raise Invalid(_("Choose the messages to remove."))
    return {"seqs": seqs}


def _seqs(request: Request) -> list[int]:
    given = request.POST.getlist("seq")
    return [seq for text in given if (seq := whole(text)) is not None][:SHOWN]


def _refused(
    request: Request, by: Membership, member: Membership, refusal: Refused
) -> HttpResponse:
    if not by.may_moderate:
        raise PermissionDenied
    return _page(request, by, member, refusal)


def _page(
    request: Request, by: Membership, member: Membership, refusal: Refused | None = None
) -> HttpResponse:
    """Eight queries: five of the person's, besides those of every page."""
    room = request.room = by.room
    theirs = Message.objects.filter(room=room, author=member.user_id).order_by("-seq")
    standing = {s.measure: s for s in Sanction.objects.on(room.pk, member.user_id) if s.stands}
    before = AuditEntry.objects.filter(area=room.area, target=member.user_id)
    context = {
        "room": room,
        "member": by,
        "person": member,
        "may_act": by.may_act_on(member),
        "roles": _roles(by, member),
        "said": [(message, _may_choose(by, member, message)) for message in theirs[:SHOWN]],
        "mute": standing.get(Measure.MUTE),
        "ban": standing.get(Measure.BAN),
        "spans": durations.SPANS,
        "entries": before.page(count=20),
        "asked": request.POST,
        "error": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "rooms/fellow.html", context, status=status)


def _may_choose(by: Membership, member: Membership, message: Message) -> bool:
    """Whether it could be removed, or brought back."""
    return by.may_act_on(member) and (not message.is_removed or by.may_restore(message, member))


def _roles(by: Membership, member: Membership) -> list[tuple[str, str]]:
    """What this person could be made."""
    if not (by.may_manage and member.joined and by.may_act_on(member)):
        return []
    return [(role, str(Role(role).label)) for role in RANKS[1:] if role != member.role]
