"""Who is in a room: join, leave, see, add, remove."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Membership
from rooms.views.haste import unhurried
from rooms.views.page import room_page
from rooms.views.request import Request

PER_PAGE = 100


@require_POST
@login_required
@unhurried
def join(request: Request, slug: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    try:
        return redirect(actions.members.join(member=member).room)
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)


@require_POST
@login_required
@unhurried
def leave(request: Request, slug: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    try:
        actions.members.leave(member=member)
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)
    return redirect("rooms:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def index(request: Request, slug: str) -> HttpResponse:
    """The members; an owner adds one by user name."""
    member = access.membership(request.user, slug)
    if request.method != "POST":
        return _page(request, member)
    username = request.POST.get("username", "").replace("\x00", "").strip().removeprefix("@")
    try:
        actions.members.add(by=member, user=_person(member, username))
    except Refused as refusal:
        return _page(request, member, refusal, username)
    return redirect("rooms:members", slug)


@require_POST
@login_required
@unhurried
def remove(request: Request, slug: str, username: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    try:
        fellow = access.fellow(member, username)
        actions.members.remove(by=member, member=fellow, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        return _page(request, member, refusal)
    return redirect("rooms:members", slug)


@require_POST
@login_required
@unhurried
def role(request: Request, slug: str, username: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    fellow = access.fellow(member, username)
    try:
        actions.members.set_role(by=member, member=fellow, role=request.POST.get("role", ""))
    except Refused as refusal:
        return _page(request, member, refusal)
    return redirect("rooms:members", slug)


def _person(by: Membership, username: str) -> User:
    if not by.may_manage:
        raise Refused(_("Only an owner can add people to this room."))
    found = User.objects.filter(username__iexact=username, is_active=True).first()
    if found is None:
        raise Invalid(
            _("There is nobody with the user name “%(username)s”.") % {"username": username}
        )
    return found


def _page(
    request: Request,
    member: Membership,
    refusal: Refused | None = None,
    username: str = "",
) -> HttpResponse:
    room = request.room = member.room
    people = Membership.objects.filter(room=room).listed()
    context = {
        "room": room,
        "member": member,
        "page": Paginator(people, PER_PAGE).get_page(request.GET.get("page")),
        "username": username,
        "error": refusal,
    }
    return render(request, "rooms/members.html", context, status=refusal.status if refusal else 200)
