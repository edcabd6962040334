"""The list of rooms, a room, and making and changing one."""

from typing import Any

from django.conf import settings as site
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from rooms import access, actions, conversations, durations
from rooms.errors import Refused
from rooms.models import Joining, Kind, Posting, Room, Some
from rooms.models.rooms import INVITERS, MADE
from rooms.templatetags.civil import duration
from rooms.views.haste import unhurried
from rooms.views.page import room_page, whole
from rooms.views.request import Request

PER_PAGE = 50
CHANGED = ("name", "topic", "notice", "slow_mode", "posting", "links_after", "held_first")
CHOSEN = ("joining", "inviting", "calling", "retention")


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """Public rooms that I may join, by name; rooms and conversations that I am in stand in the
    sidebar as well."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    rooms = Room.objects.filter(memberships__user=request.user, pair=None)
    mine = rooms.found_by(words)
    others = Room.objects.joinable_by(request.user).found_by(words)
    sized = others.annotate(size=Count("memberships")).order_by("name", "pk")
    page = Paginator(sized, PER_PAGE).get_page(request.GET.get("page"))
    talks = conversations.of(request.user, words)[:PER_PAGE]
    context = {"words": words, "mine": mine.order_by("name", "pk")[:PER_PAGE], "page": page}
    context["talks"] = talks
    return render(request, "rooms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def new(request: Request) -> HttpResponse:
    asked = {"name": "", "topic": "", "kind": Kind.PUBLIC}
    context = {
        "asked": asked,
        "kinds": [(kind.value, kind.label) for kind in MADE],
        "first": not Room.objects.exists(),
    }
    if request.method != "POST":
        return render(request, "rooms/new.html", context)
    asked |= {key: request.POST.get(key, asked[key]) for key in asked}
    try:
        room = actions.rooms.create(owner=request.user, **asked)
    except Refused as refusal:
        return render(request, "rooms/new.html", {**context, "error": refusal}, status=422)
    return redirect(room)


@require_safe
@login_required
def room(request: Request, slug: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    before, reply = whole(request.GET.get("before")), whole(request.GET.get("reply"))
    return room_page(request, member, before=before, reply=reply)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def settings(request: Request, slug: str) -> HttpResponse:
    """What the room is called and about, who writes in it and how often."""
    member = access.membership(request.user, slug)
    room = request.room = member.room
    asked = {name: str(getattr(room, name)) for name in (*CHANGED, *CHOSEN)}
    context = {"room": room, "member": member, "asked": asked, "archived": room.is_archived}
    context |= {"postings": Posting.choices, "pauses": _pauses(room)}
    context["ceiling"] = site.RETENTION_DAYS
    context |= {"waits": _waits(room), "who": _who(room, asked)}
    template = "rooms/conversation.html" if room.is_direct else "rooms/settings.html"
    if request.method != "POST":
        return render(request, template, context)
    given = {name: request.POST[name] for name in (*CHANGED, *CHOSEN) if name in request.POST}
    context["asked"] = asked = asked | given
    context["who"] = _who(room, asked)
    archived = context["archived"] = request.POST.get("archived") == "on"
    try:
        actions.rooms.change(by=member, **given, archived=archived)
    except Refused as refusal:
        context["error"] = refusal
        return render(request, template, context, status=refusal.status)
    return redirect(room)


def _who(room: Room, asked: dict[str, str]) -> list[tuple[str, str, Any, str]]:
    """Who may do what, as owners choose it: the field, its label, what is offered and chosen."""
    found: list[tuple[str, str, Any]] = [
        ("inviting", _("Who may make links that invite people?"), INVITERS),
        ("calling", _("Who may speak to everybody at once, by @room?"), Some.choices),
    ]
    if not room.is_private:
        found.insert(0, ("joining", _("Who may join?"), Joining.choices))
    return [(field, label, choices, asked[field]) for field, label, choices in found]


def _waits(room: Room) -> list[tuple[str, str]]:
    """From how many days on new members may post links, the present value among them."""
    days = sorted({*durations.WAITS, room.links_after})
    return [(str(n), _after(n)) for n in days]


def _after(days: int) -> str:
    if not days:
        return _("At once")
    return ngettext("After %(days)s day", "After %(days)s days", days) % {"days": days}


def _pauses(room: Room) -> list[tuple[str, str]]:
    """What slow mode may be set to, the present value among it."""
    offered = [(str(seconds), str(words)) for seconds, words in durations.PAUSES]
    now = str(room.slow_mode)
    return offered if now in dict(offered) else [*offered, (now, duration(room.slow_mode))]
