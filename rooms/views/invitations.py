"""Links to a room: made by its owners, followed by anybody who has one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.invitations import accept
from accounts.adapter import INVITATION, opens_signup, signup_is_open
from accounts.models import Invitation, User
from accounts.views.invitations import DEFAULTS
from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Membership, Room
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def index(request: Request, slug: str) -> HttpResponseBase:
    member = access.membership(request.user, slug)
    room = request.room = member.room
    asked = {key: request.POST.get(key, value) for key, value in DEFAULTS.items()}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            actions.invitations.make(by=member, **asked)
            return redirect("rooms:invitations", slug)
        except Refused as problem:
            refusal = problem
    try:
        actions.invitations.check(member)
    except Refused as problem:
        refusal = problem
    links = Invitation.objects.filter(room_key=str(room.pk))
    links = links if member.may_manage else links.filter(made_by=request.user)
    theirs = links.listed() if member.may_invite else []
    context = {"room": room, "member": member, "invitations": theirs, "asked": asked}
    status = refusal.status if refusal else 200
    return render(request, "rooms/invitations.html", {**context, "error": refusal}, status=status)


@require_POST
@login_required
@unhurried
def revoke(request: Request, slug: str, pk: int) -> HttpResponseBase:
    member = access.membership(request.user, slug)
    found = get_object_or_404(Invitation, pk=pk, room_key=str(member.room_id))
    try:
        actions.invitations.revoke(by=member, invitation=found)
    except Refused:
        return index(request, slug)
    return redirect("rooms:invitations", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link: comes in, is asked to sign up or in, or is told that it is over."""
    invitation = access.invitation(token)
    room = Room.objects.filter(pk=int(invitation.room_key)).first() if invitation.room_key else None
    problem = invitation.problem
    if room is not None and room.is_archived:
        problem = problem or _("This room is archived: it can be read, and nobody joins it.")
    if request.user.is_authenticated:
        if room is None or _is_in(request.user, room):
            return redirect(room or "rooms:list")
        if request.method == "POST" and not problem:
            try:
                accept(person=request.user, token=token)
                return redirect(room or "rooms:list")
            except Refused as refusal:
                problem = str(refusal)
    elif not problem:
        request.session[INVITATION] = token
    may_sign_up = signup_is_open() or opens_signup(invitation)
    context = {"invitation": invitation, "to": room, "problem": problem, "may_sign_up": may_sign_up}
    return render(request, "rooms/invited.html", context, status=410 if problem else 200)


def _is_in(user: User, room: Room) -> bool:
    return Membership.objects.filter(room=room, user=user).exists()
