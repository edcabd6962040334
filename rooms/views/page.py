"""A room's page, live at its end or a window further up."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString, mark_safe

from rooms import actions
from rooms.models import Membership, Message
from rooms.models.messages import PAGE, Line
from rooms.realtime import frames, history
from rooms.rows import rows
from rooms.views.replies import replying
from rooms.views.request import Request

FAR = 200  # unread messages that are all shown at once
LEAD = 10  # messages before them


@dataclass(frozen=True, slots=True)
class Window:
    """Some messages in a row; whether they reach the end, and so are live."""

    messages: list[Line]
    live: bool

    @property
    def first(self) -> Line | None:
        return self.messages[0] if self.messages else None

    @property
    def last(self) -> Line | None:
        return self.messages[-1] if self.messages else None


def room_page(
    request: Request,
    member: Membership,
    *,
    around: int | None = None,
    before: int | None = None,
    text: str | None = None,
    reply: int | None = None,
    error: str = "",
    is_gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The room's newest messages, those around one (which `is_gone`, or stands), or before one.

    At most nine queries at any size: session, person, membership with room, messages, sidebar;
    for the window around a message one more, as for what is replied to, three where a read mark
    moves, and one for a moderator, of what was reported, or for somebody muted, of why.
    """
    room = request.room = member.room
    window = _window(member, around, before)
    news = member.last_read_seq + 1 if window.live and member.joined and member.unread else None
    far = news is not None and member.unread > PAGE
    context: dict[str, Any] = {
        "room": room,
        "member": member,
        "window": window,
        "rows": _highlighted(rows(window.messages, room.slug), around, news if far else None),
        "news": news,
        "is_far": far,
        "nonce": secrets.token_urlsafe(12),
        "wait": frames.bits(member.wait),
        "replying": replying(member, reply),
        "text": member.draft if text is None else text,
        "error": error,
        "is_gone": is_gone,
        "around": around,
        "unfocused": around or far,
    }
    history.complete([member])
    if news and "Sec-Fetch-Dest" not in request.headers:
        # No browser: nobody else will say what was shown.
        actions.members.read(member=member, seq=room.last_seq)
    if not member.joined and window.last:
        actions.mentions.show(member=member, seq=window.last.seq)
    response = render(request, "rooms/room.html", context, status=status)
    patch_cache_control(response, private=True, no_store=True)
    return response


def whole(value: str | None) -> int | None:
    """A whole number of an address's query, or None."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 19 else None


def _window(member: Membership, around: int | None, before: int | None) -> Window:
    """The messages to show.

    At the live end at least a page, and all that is unread up to a limit; but none that came
    after the room's version was read: that version is the page's cursor, so the socket brings
    them, and a row shown here as well would be there twice.
    """
    messages = Message.objects.filter(room=member.room_id)
    newest = member.room.last_seq
    if before is not None and member.room.first_seq < before <= newest:
        return Window(messages.before(before), live=False)
    if around is not None and around <= newest - PAGE:
        half = PAGE // 2
        return Window(messages.before(around, half) + messages.after(around, half), live=False)
    shown = messages.filter(posted_version__lte=member.room.version)
    if around is None and member.joined and PAGE < member.unread <= FAR:
        return Window(shown.after(member.last_read_seq + 1 - LEAD, FAR + LEAD), live=True)
    return Window(shown.newest(), live=True)


def _highlighted(html: SafeString, seq: int | None, news: int | None) -> SafeString:
    """The row `seq` marked and focused, which every browser also scrolls to; or `news` focused."""
    at = seq or news
    plain = f'<article id="m{at}" class="message'
    focused = f'<article id="m{at}" tabindex="-1" autofocus class="message'
    marked = f"{focused} highlighted" if seq else focused
    return mark_safe(html.replace(plain, marked, 1)) if at else html  # noqa: S308
