"""How far I have read, and how much of a room I want to hear."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Attention, Membership, Room
from rooms.views.haste import unhurried
from rooms.views.page import room_page, whole
from rooms.views.request import Request


@require_POST
@login_required
@unhurried
def read(request: Request, slug: str) -> HttpResponse:
    """Read up to `seq`, or all where there is none."""
    member = access.membership(request.user, slug)
    try:
        seq = _seq(request, member.room.last_seq)
        actions.members.read(member=member, seq=seq)
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)
    return HttpResponse() if request.htmx else redirect(member.room)


@require_POST
@login_required
@unhurried
def unread(request: Request, slug: str) -> HttpResponse:
    """Unread from `seq` on. It leads away from the room, whose page would read it again."""
    member = access.membership(request.user, slug)
    try:
        actions.members.unread(member=member, seq=_seq(request, None))
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)
    return HttpResponse() if request.htmx else redirect("rooms:list")


@require_safe
@login_required
@never_cache
def seen(request: Request, slug: str, seq: int) -> HttpResponse:
    """An image of nothing, which only a browser without script asks for when it shows the page."""
    actions.members.read(member=access.membership(request.user, slug), seq=seq)
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def attention(request: Request, slug: str) -> HttpResponse:
    """What a member wants to hear of a room."""
    member = access.membership(request.user, slug)
    if request.method != "POST":
        return _attention(request, member)
    try:
        actions.members.attend(member=member, attention=request.POST.get("attention", ""))
    except Refused as refusal:
        return _attention(request, member, refusal)
    return redirect("rooms:list" if member.attention == Attention.HIDDEN else member.room)


def _attention(
    request: Request, member: Membership, refusal: Refused | None = None
) -> HttpResponse:
    request.room = member.room
    key = member.feed_key
    context = {
        "room": member.room,
        "member": member,
        "feed": request.build_absolute_uri(reverse("feed", args=[key])) if key else "",
        "choices": _choices(member.room),
        "error": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "rooms/attention.html", context, status=status)


def _choices(room: Room) -> list[tuple[str, str]]:
    """In a conversation all that is said is said to me, and hides it no longer."""
    if not room.is_direct:
        return [(value, str(label)) for value, label in Attention.choices]
    return [
        (Attention.EVERYTHING, _("Everything: each message is counted and called out")),
        (
            Attention.NOTHING,
            _("Nothing: messages are counted quietly, and not written of"),
        ),
        (Attention.HIDDEN, _("Hidden: it leaves my sidebar until something is said in it")),
    ]


def _seq(request: Request, otherwise: int | None) -> int:
    given = request.POST.get("seq", "")
    seq = whole(given) if given else otherwise
    if seq is None:
        raise Invalid(_("That is not the number of a message."))
    return seq
