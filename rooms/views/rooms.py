"""The list of rooms, a room, and making and changing one."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Kind, Room
from rooms.views.haste import unhurried
from rooms.views.page import room_page, whole
from rooms.views.request import Request

PER_PAGE = 50


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """Public rooms that I may join, by name; those that I am in stand in the sidebar as well."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    mine = Room.objects.filter(memberships__user=request.user).named_like(words)
    others = Room.objects.joinable_by(request.user).named_like(words)
    sized = others.annotate(size=Count("memberships")).order_by("name", "pk")
    page = Paginator(sized, PER_PAGE).get_page(request.GET.get("page"))
    context = {"words": words, "mine": mine.order_by("name", "pk")[:PER_PAGE], "page": page}
    return render(request, "rooms/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def new(request: Request) -> HttpResponse:
    asked = {"name": "", "topic": "", "kind": Kind.PUBLIC}
    context = {"asked": asked, "kinds": Kind.choices, "first": not Room.objects.exists()}
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
    return room_page(request, member, before=whole(request.GET.get("before")))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def settings(request: Request, slug: str) -> HttpResponse:
    """The room's name and topic, to be changed by an owner."""
    member = access.membership(request.user, slug)
    room = member.room
    request.room = room
    asked = {"name": room.name, "topic": room.topic}
    context = {"room": room, "member": member, "asked": asked}
    if request.method != "POST":
        return render(request, "rooms/settings.html", context)
    asked |= {key: request.POST.get(key, value) for key, value in asked.items()}
    try:
        actions.rooms.change(by=member, **asked)
    except Refused as refusal:
        context["error"] = refusal
        return render(request, "rooms/settings.html", context, status=refusal.status)
    return redirect(room)
