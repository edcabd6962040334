"""Messages over HTTP: send, link, page up, edit, remove."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms import access, actions
from rooms.errors import Refused, TooFast
from rooms.models import Membership, Message
from rooms.realtime import frames
from rooms.rows import rows
from rooms.throttle import posting
from rooms.views.haste import unhurried
from rooms.views.page import Window, room_page, whole
from rooms.views.request import Request


@require_POST
@login_required
def post(request: Request, slug: str) -> HttpResponse:
    """Send a message without a socket; what is refused stays in the box."""
    member = access.membership(request.user, slug)
    text = request.POST.get("message", "")
    nonce = request.POST.get("nonce", "")[:64].replace("\x00", "") or None
    try:
        posting(request.user.pk).take()
        actions.messages.post(room=member.room, author=request.user, text=text, nonce=nonce)
    except Refused as refusal:
        return _refused(request, member, text, refusal)
    if request.htmx:
        return HttpResponse(frames.ack(secrets.token_urlsafe(12)))
    return HttpResponse(status=303, headers={"Location": member.room.get_absolute_url()})


@require_safe
@login_required
def older(request: Request, slug: str) -> HttpResponse:
    """The page of messages before `before`, for the list that is scrolled up."""
    member = access.membership(request.user, slug)
    before = whole(request.GET.get("before"))
    window = Window(Message.objects.filter(room=member.room_id).before(before), live=False)
    context = {
        "room": member.room,
        "window": window,
        "rows": rows(window.messages, member.room.slug),
        "into": "around" if request.GET.get("into") == "around" else "messages",
    }
    return render(request, "rooms/older.html", context)


@require_safe
@login_required
def message(request: Request, slug: str, seq: int) -> HttpResponse:
    """The permalink: the page around a message, which is marked."""
    member = access.membership(request.user, slug)
    access.message(member, seq)
    return room_page(request, member, around=seq)


@require_safe
@login_required
def menu(request: Request, slug: str) -> HttpResponse:
    """What I may do with one message: a sheet over the page, or a page of its own."""
    member = access.membership(request.user, slug)
    found = access.message(member, whole(request.GET.get("seq")) or 0)
    return _menu(request, member, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def edit(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if request.method != "POST":
        return _menu(request, member, found)
    text = request.POST.get("message", "")
    try:
        actions.messages.edit(member=member, message=found, text=text)
    except Refused as refusal:
        return _menu(request, member, found, text=text, refusal=refusal)
    return _done(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def remove(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if request.method != "POST":
        return _menu(request, member, found)
    try:
        reason = request.POST.get("reason", "")
        actions.messages.remove(member=member, message=found, reason=reason)
    except Refused as refusal:
        return _menu(request, member, found, refusal=refusal)
    return _done(request, found)


def _refused(request: Request, member: Membership, text: str, refusal: Refused) -> HttpResponse:
    if request.htmx:
        response = HttpResponse(frames.notice(str(refusal)), status=refusal.status)
    else:
        status = refusal.status
        response = room_page(request, member, text=text, error=str(refusal), status=status)
    if isinstance(refusal, TooFast):
        response["Retry-After"] = str(refusal.seconds)
    return response


def _menu(
    request: Request,
    member: Membership,
    found: Message,
    *,
    text: str | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    request.room = member.room
    context = {
        "room": member.room,
        "message": found,
        "may_change": member.may_change(found),
        "text": found.text if text is None else text,
        "error": refusal,
        "rows": mark_safe("") if request.htmx else rows([found.line], member.room.slug),
    }
    name = "rooms/menu.html#sheet" if request.htmx else "rooms/menu.html"
    return render(request, name, context, status=refusal.status if refusal else 200)


def _done(request: Request, found: Message) -> HttpResponse:
    """The row itself follows over the socket, to this page as to all others."""
    return HttpResponse() if request.htmx else redirect(found)
