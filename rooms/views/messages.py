"""Messages over HTTP: send, link, page up, edit, remove."""

import secrets

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms import access, actions
from rooms.errors import Conflict, Refused, TooFast, Waiting
from rooms.models import Membership, Message, Saved
from rooms.realtime import frames, history
from rooms.realtime.commands import LONGEST_TITLE, UNKNOWN_CURSOR
from rooms.realtime.fault import Fault
from rooms.rows import chips, rows
from rooms.sidebar import sidebar
from rooms.throttle import posting
from rooms.views.haste import unhurried
from rooms.views.page import Window, room_page, whole
from rooms.views.request import Request

AWAY = gettext_lazy(
    "That could not be stored just now. It is still here: send it again in a moment."
)
unstored = Fault("Messages cannot be stored")
QUICK = ("👍", "❤️", "😂", "🎉", "😢", "🙏", "✅")
KEPT = 500  # rows of a page that is open for long


@require_POST
def post(request: Request, slug: str) -> HttpResponse:
    """Send a message without a socket; what is refused stays in the box.

    While the database is away the text comes back on a page that needs none.
    """
    try:
        response = _post(request, slug)
        unstored.over()
    except DatabaseError:
        unstored.shows()
        response = _unstored(request)
    return response


@login_required
def _post(request: Request, slug: str) -> HttpResponse:
    member = access.membership(request.user, slug)
    text = request.POST.get("message", "")
    nonce = request.POST.get("nonce", "")[:64].replace("\x00", "") or None
    reply = whole(request.POST["reply"]) or 0 if request.POST.get("reply") else None
    try:
        posting(request.user.pk).take()
        said = actions.messages.post(
            room=member.room, author=request.user, text=text, nonce=nonce, reply=reply
        )
    except Waiting as waiting:
        return _waiting(request, member, nonce, waiting)
    except Refused as refusal:
        return _refused(request, member, text, reply, refusal)
    if request.htmx:
        ack = frames.ack(nonce, secrets.token_urlsafe(12)) + frames.unreached(said)
        return HttpResponse(ack, headers={"HX-Trigger": "pagehide, stale"})
    _tell_unreached(request, said)
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
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What a page missed, for one whose socket does not work: the frames, by HTTP.

    The cursor comes first, so that a socket that opens meanwhile resumes from behind this.
    """
    if not request.user.is_authenticated:
        return HttpResponse(frames.goodbye(_("Sign in to go on.")), status=401)
    member = access.membership(request.user, slug)
    cursor = whole(request.GET.get("cursor"))
    html, upto = history.catch_up(member.room_id, UNKNOWN_CURSOR if cursor is None else cursor)
    rooms = sidebar(request.user.pk, member.room_id)
    if rooms.digest != request.GET.get("sidebar"):
        html += frames.sidebar(rooms)
    html += frames.title(
        request.GET.get("title", "")[:LONGEST_TITLE] or member.room.name, rooms.needs
    )
    history.complete([member])
    html += frames.standing(member)
    return HttpResponse(frames.cursor(upto) + html + frames.connection("polled"))


@require_safe
@login_required
def trim(request: Request, slug: str) -> HttpResponse:
    """Take all but the newest rows from a page that shows its end; two queries."""
    member = access.membership(request.user, slug)
    first = Message.objects.filter(room=member.room_id).after(member.room.last_seq - KEPT + 1, 1)
    return HttpResponse(frames.trim(member.room, first[0]) if first else b"")


@require_safe
@login_required
def message(request: Request, slug: str, seq: int) -> HttpResponse:
    """The permalink: the page around a message, which is marked, or said to be removed."""
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    return room_page(request, member, around=seq, is_gone=found.is_removed)


@require_safe
@login_required
def menu(request: Request, slug: str) -> HttpResponse:
    """What I may do with one message: a sheet over the page, or a page of its own."""
    member = access.membership(request.user, slug)
    found = access.message(member, whole(request.GET.get("seq")) or 0)
    return menu_page(request, member, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def edit(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if request.method != "POST":
        return menu_page(request, member, found)
    text = request.POST.get("message", "")
    try:
        said = actions.messages.edit(member=member, message=found, text=text)
    except Refused as refusal:
        return menu_page(request, member, found, text=text, refusal=refusal)
    if request.htmx and said.unreached:
        return HttpResponse(frames.unreached(said))
    _tell_unreached(request, said)
    return _done(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def remove(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if request.method != "POST":
        return menu_page(request, member, found)
    try:
        reason = request.POST.get("reason", "")
        actions.removals.remove(member=member, message=found, reason=reason)
    except Refused as refusal:
        return menu_page(request, member, found, refusal=refusal)
    return _done(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def restore(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if request.method != "POST":
        return menu_page(request, member, found)
    try:
        reason = request.POST.get("reason", "")
        actions.removals.restore(member=member, message=found, reason=reason)
    except Refused as refusal:
        return menu_page(request, member, found, refusal=refusal)
    return _done(request, found)


def _unstored(request: Request) -> HttpResponse:
    if request.htmx:
        return HttpResponse(frames.notice(str(AWAY)), status=503, headers={"Retry-After": "5"})
    context = {
        "text": request.POST.get("message", ""),
        "nonce": request.POST.get("nonce", ""),
        "reply": request.POST.get("reply", ""),
        "csrf_token": get_token(request),
        "error": AWAY,
    }
    page = render_to_string("rooms/unstored.html", context)
    return HttpResponse(page, status=503, headers={"Retry-After": "5"})


def _tell_unreached(request: Request, said: Message) -> None:
    """On the next page, where there is no script."""
    if said.unreached:
        notices.warning(request, said.unreached_text)


def _waiting(
    request: Request, member: Membership, nonce: str | None, waiting: Waiting
) -> HttpResponse:
    """It is stored, so the box is emptied; that it is not in the room yet is said."""
    if request.htmx:
        ack = frames.ack(nonce, secrets.token_urlsafe(12), waiting.seconds)
        told = ack + frames.notice(str(waiting), "warning")
        return HttpResponse(told, headers={"HX-Trigger": "pagehide, stale"})
    notices.warning(request, str(waiting))
    return redirect(member.room)


def _refused(
    request: Request, member: Membership, text: str, reply: int | None, refusal: Refused
) -> HttpResponse:
    if request.htmx:
        told = frames.notice(str(refusal))
        if isinstance(refusal, Conflict):
            told += frames.other_nonce(secrets.token_urlsafe(12))
        response = HttpResponse(told, status=refusal.status)
    else:
        error, status = str(refusal), refusal.status
        response = room_page(request, member, text=text, reply=reply, error=error, status=status)
    if isinstance(refusal, TooFast):
        response["Retry-After"] = str(refusal.seconds)
    return response


def menu_page(
    request: Request,
    member: Membership,
    found: Message,
    *,
    text: str | None = None,
    note: str | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    """What one may do with a message, as a sheet or a page; what was refused stands in it."""
    request.room = member.room
    saved = Saved.objects.filter(user=request.user, message=found).first()
    author = _author(member, found)
    context = {
        "room": member.room,
        "member": member,
        "message": found,
        "over": request.htmx,
        "in_place": _is_over_the_room(request, member),
        "may_react": not (found.is_removed or member.obstacle_to_react),
        "quick": QUICK,
        "given": [] if found.is_removed else chips(found.reactions or ""),
        "may_reply": member.may_post and not found.is_removed,
        "may_change": member.may_change(found),
        "may_remove": member.may_remove(found, author),
        "may_restore": member.may_restore(found, author),
        "text": found.text if text is None else text,
        "saved": saved,
        "note": (saved.note if saved else "") if note is None else note,
        "error": refusal,
        "rows": mark_safe("") if request.htmx else rows([found.line], member.room.slug),
    }
    name = "rooms/menu.html#sheet" if request.htmx else "rooms/menu.html"
    return render(request, name, context, status=refusal.status if refusal else 200)


def _is_over_the_room(request: Request, member: Membership) -> bool:
    """Whether the sheet lies over a page with a composer, and not over one of the room's past."""
    history = reverse("rooms:history", args=[member.room.slug])
    return bool(request.htmx) and not (request.htmx.current_url_abs_path or "").startswith(history)


def _author(member: Membership, found: Message) -> Membership | None:
    """What its author is to the room, which is asked only where somebody moderates."""
    if found.author is None or found.author_id == member.user_id or not member.may_moderate:
        return None
    return Membership.objects.now(member.room, found.author)[0]


def _done(request: Request, found: Message) -> HttpResponse:
    """The row itself follows over the socket, to this page as to all others."""
    return HttpResponse() if request.htmx else redirect(found)
