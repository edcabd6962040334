"""Pages that a browser may keep and ask about: the past seldom changes."""

from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.http.response import HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language

from rooms.context import sidebar
from rooms.models import Room
from rooms.views.request import Request


def kept(
    request: Request, room: Room, template: str, context: dict[str, Any], stamp: object
) -> HttpResponse:
    """The page, or 304 if the browser has it: then nothing is rendered but the sidebar.

    `stamp` is all that the page shows of the room; the rest of the page follows from the room's
    version, the sidebar, the session (whose form tokens are in it) and this build. One query.

    A private room's page is not stored at all: whoever presses Back on a shared computer after
    somebody signed out must not see it. A public room's is stored for its reader alone and asked
    about each time.
    """
    user = request.user
    shown = sidebar(request)["sidebar"]
    about = (
        build(), request.session.session_key, user.username, user.name, user.time_zone,
        user.look, room.name, get_language(),
        shown.digest, stamp,
    )  # fmt: skip
    etag = f'W/"{room.version}-{blake2s(repr(about).encode(), digest_size=12).hexdigest()}"'
    response = get_conditional_response(request, etag=etag)
    if isinstance(response, HttpResponseNotModified):
        # A policy that came with the 304 would replace the kept page's own, whose nonce the
        # page's elements carry.
        response._csp_config = {}  # type: ignore[attr-defined]
    elif response is None:
        response = render(request, template, {**context, "room": room, "sidebar": shown})
    response["ETag"] = etag
    private = {"no_store": True} if room.is_private else {"no_cache": True}
    patch_cache_control(response, private=True, **private)
    return response


@cache
def build() -> str:
    """What the pages are made with: another one after an upgrade."""
    digest = blake2s(digest_size=12)
    for template in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
        digest.update(template.read_bytes())
    digest.update(repr(getattr(staticfiles_storage, "manifest_hash", "")).encode())
    for catalogue in sorted(Path(settings.BASE_DIR, "locale").rglob("*.mo")):
        digest.update(catalogue.read_bytes())
    digest.update(f"{settings.SITE_NAME} {settings.TIME_ZONE} {settings.LANGUAGE_CODE}".encode())
    return digest.hexdigest()
