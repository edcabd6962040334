"""Files of messages: sent, seen, saved."""

import secrets
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from rooms import access, actions
from rooms.errors import Conflict, Refused, TooFast, Waiting
from rooms.models import Membership, Message
from rooms.realtime import frames
from rooms.throttle import one_upload, posting
from rooms.views.request import Request

PIECE = 256 * 1024
AWAY = _lazy("That could not be stored just now. Send it again in a moment.")
# Opened by itself a file may load, run and reach nothing.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attach(request: Request, slug: str) -> HttpResponse:
    """The form by itself, where there is no script; or a message with files."""
    member = access.membership(request.user, slug)
    if request.method != "POST":
        return _form(request, member, Refused(member.obstacle) if member.obstacle else None)
    nonce = request.POST.get("nonce", "")[:64].replace("\x00", "") or None
    try:
        posting(request.user.pk).take()
        with one_upload(request.user.pk):
            said = _send(request, member, nonce)
    except Waiting as waiting:
        return _done(request, member, str(waiting))
    except Refused as refusal:
        return _form(request, member, refusal)
    except (DatabaseError, OSError):
        unstored = Refused(str(AWAY))
        unstored.status = 503
        return _form(request, member, unstored)
    return _done(request, member, said.unreached_text if said.unreached else "")


@require_safe
@login_required
def file(request: Request, slug: str, key: str) -> HttpResponseBase:
    """The file itself, or the stretch of it that is asked for."""
    member = access.membership(request.user, slug)
    found = access.attachment(member, key)
    unchanged = get_conditional_response(request, etag=f'"{key}"')
    response = unchanged or _stretch(request, _open(found.path), found.size)
    shown = found.file.kind != "file"
    response["Content-Type"] = found.type
    response["Content-Disposition"] = content_disposition_header(not shown, found.name) or ""
    return _guarded(response, member, key)


@require_safe
@login_required
def preview(request: Request, slug: str, key: str) -> HttpResponseBase:
    """A picture as rows show it."""
    member = access.membership(request.user, slug)
    found = access.attachment(member, key)
    unchanged = get_conditional_response(request, etag=f'"{key}"')
    if unchanged is None:
        with _open(found.preview_path) as kept:
            unchanged = HttpResponse(kept.read(), content_type="image/webp")
    return _guarded(unchanged, member, key)


def _send(request: Request, member: Membership, nonce: str | None) -> Message:
    """Post it, or find the message that came with this nonce before."""
    said: dict[str, Any] = {
        "room": member.room,
        "author": request.user,
        "text": request.POST.get("message", ""),
        "nonce": nonce,
    }
    if stored := actions.messages.sent_before(**said):
        return stored
    files, alts = request.FILES.getlist("files"), request.POST.get("alt", "")
    with actions.attachments.brought(by=member, files=files, alts=alts) as brought:
        return actions.messages.post(**said, files=brought)


def _done(request: Request, member: Membership, warning: str) -> HttpResponse:
    """The message itself comes over the socket; a fresh form in its place closes the old one."""
    if request.htmx:
        context = {"room": member.room, "nonce": secrets.token_urlsafe(12)}
        response = render(request, "rooms/attach.html#fresh", context)
        if warning:
            response.write(frames.notice(warning, "warning"))
        return response
    if warning:
        notices.warning(request, warning)
    return HttpResponse(status=303, headers={"Location": member.room.get_absolute_url()})


def _form(request: Request, member: Membership, refusal: Refused | None) -> HttpResponse:
    context: dict[str, Any]
    request.room = member.room
    status = refusal.status if refusal else 200
    fresh = secrets.token_urlsafe(12)
    keep = "" if isinstance(refusal, Conflict) else request.POST.get("nonce", "")
    if request.htmx and refusal:
        context = {"error": refusal, "fresh": "" if keep else fresh}
        response = render(request, "rooms/attach.html#error", context, status=status)
    else:
        context = {
            "room": member.room,
            "member": member,
            "nonce": keep or fresh,
            "text": request.POST.get("message", ""),
            "alt": request.POST.get("alt", ""),
            "error": refusal,
        }
        response = render(request, "rooms/attach.html", context, status=status)
    if isinstance(refusal, TooFast):
        response["Retry-After"] = str(refusal.seconds)
    return response


def _open(path: str) -> BinaryIO:
    try:
        return default_storage.open(path)  # type: ignore[return-value]
    except FileNotFoundError:
        raise Http404("No such file.") from None


def _stretch(request: Request, kept: BinaryIO, size: int) -> HttpResponseBase:
    """What a `Range` header asks for (RFC 9110, section 14), as players do; else all of it."""
    first, last = _range(request.headers.get("Range", ""), size)
    if first > last:
        kept.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    partly = (first, last) != (0, size - 1)
    response = StreamingHttpResponse(_pieces(kept, first, last), status=206 if partly else 200)
    response._resource_closers.append(kept.close)  # type: ignore[attr-defined]
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if partly:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _range(asked: str, size: int) -> tuple[int, int]:
    """The first and the last byte of one range; the first beyond the last for one that is not
    there. Whatever else is asked is answered with everything."""
    unit, _equals, span = asked.partition("=")
    first, dash, last = span.strip().partition("-")
    digits = all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in (first, last) if part
    )
    if unit.strip() != "bytes" or not dash or not digits or not (first or last):
        return 0, size - 1
    if not first:
        return max(0, size - int(last)), size - 1 if int(last) else -1
    if last and int(last) < int(first):
        return 0, size - 1
    return int(first), min(int(last) if last else size - 1, size - 1)


def _pieces(kept: BinaryIO, first: int, last: int) -> Iterator[bytes]:
    with kept:
        kept.seek(first)
        left = last - first + 1
        while left and (piece := kept.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _guarded(response: HttpResponseBase, member: Membership, key: str) -> HttpResponseBase:
    """A file never changes, so a browser may keep it; one of a private room it asks about each
    time, as whoever signs out leaves nothing of it to be seen."""
    response["ETag"] = f'"{key}"'
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    kept = {"no_cache": True} if member.room.is_private else {"max_age": 86_400, "immutable": True}
    patch_cache_control(response, private=True, **kept)
    return response
