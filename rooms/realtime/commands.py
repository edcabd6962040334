"""What a browser may say on a socket: a flat JSON object, as htmx's hx-ws:send makes it."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rooms.errors import Invalid

MAX_FRAME = 64 * 1024
LIVE_NOW = "now"
UNKNOWN_CURSOR = -1
LONGEST_TITLE = 250


@dataclass(frozen=True, slots=True)
class Post:
    """`reply` is the seq of what it replies to; one that cannot be is 0, which is nothing's."""

    text: str
    nonce: str | None
    reply: int | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """`cursor` is None for "live from here on", negative for one that says nothing.

    `sidebar` is the digest of the list of rooms that the page shows, `title` what it is called.
    `inbox` is the digest of the list of mentions, of a page that shows it, `desk` whether it shows
    the site's reports.
    """

    cursor: int | None
    sidebar: str | None
    title: str
    inbox: str | None = None
    desk: bool = False


@dataclass(frozen=True, slots=True)
class Typing:
    pass


@dataclass(frozen=True, slots=True)
class Read:
    seq: int


@dataclass(frozen=True, slots=True)
class Seen:
    """The page has come to this room version."""

    cursor: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the box, to be there again on the next page."""

    text: str


Command = Post | Resume | Typing | Read | Seen | Draft


def parse(text: str | None) -> Command:
    """The command in a text frame (None: a binary one). Raises Invalid with a sentence."""
    if text is None:
        raise Invalid(_("Binary frames are not understood here."))
    if len(text) > MAX_FRAME or len(text.encode("utf-8", "replace")) > MAX_FRAME:
        raise Invalid(_("That was too large to take. Send it in smaller parts."))
    match _object(text):
        case {"type": "resume", **rest}:
            sidebar = rest.get("sidebar")
            shown = sidebar if _is_short(sidebar) else None
            title = rest.get("title")
            title = title[:LONGEST_TITLE] if isinstance(title, str) else ""
            inbox = rest.get("inbox")
            listed = inbox if _is_short(inbox) else None
            return Resume(_cursor(rest.get("cursor")), shown, title, listed, "desk" in rest)
        case {"type": "typing"}:
            return Typing()
        case {"type": "read", "seq": seq} if (number := _whole(seq)) is not None:
            return Read(number)
        case {"type": "seen", "cursor": cursor} if (number := _whole(cursor)) is not None:
            return Seen(number)
        case {"type": "draft", "message": str(message)}:
            return Draft(message)
        case {"message": str(message), **rest} if "type" not in rest:
            nonce = rest.get("nonce")
            if nonce is not None and not _is_short(nonce):
                raise Invalid(_("That message's nonce is not one. Reload the page and send again."))
            reply = rest.get("reply")
            return Post(message, nonce or None, _whole(reply) or 0 if reply else None)
    raise Invalid(_("That is not something this page can send."))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(_("That was not understood: it is not JSON.")) from None
    if not isinstance(found, dict):
        raise Invalid(_("That was not understood: it is not an object."))
    return found


def _cursor(value: Any) -> int | None:
    if value == LIVE_NOW:
        return None
    number = _whole(value)
    return UNKNOWN_CURSOR if number is None else number


def _whole(value: Any) -> int | None:
    """A whole number from 0 on that the database can hold, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        value = int(value)
    return value if type(value) is int and 0 <= value < 2**63 else None


def _is_short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and value.isprintable() and value.isascii()
