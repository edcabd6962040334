"""What a page is sent: an event becomes HTML here, once, whoever reads it.

Frames are rendered outside any request, so that nothing which a request carries (a header, a
host) can reach another person's page.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.languages import kept
from rooms.inbox import Inbox
from rooms.models import Membership, Message, Room
from rooms.models.messages import Line
from rooms.rows import article, row, rows
from rooms.rows import reacted as reacted_row
from rooms.sidebar import Label, Sidebar
from rooms.templatetags.titles import title_text

NONCE = re.compile(r"[\w-]{1,64}", re.ASCII)


def posted(line: Line, slug: str) -> str:
    return append(row(line, slug), line.seq)


def append(html: SafeString, seq: int) -> str:
    """New rows, of which `seq` is the last."""
    return _frame("append", rows=html, seq=seq)


def changed(line: Line, slug: str) -> str:
    """An edited or removed message in its row's place: out of band by its own id."""
    return article(line, slug).replace("<article ", '<article hx-swap-oob="true" ', 1)


def reacted(line: Line) -> str:
    """The chips below a message in their place, so that nothing else of it moves or is read out."""
    return reacted_row(line).replace("<p ", '<p hx-swap-oob="innerMorph" ', 1)


def state(room: Room) -> str:
    """The room's own name, topic, notice and modes: a conversation of two has none of these, and
    what it is called is each one's own."""
    if room.is_direct:
        return ""
    return _frame("state", room=room, site_name=settings.SITE_NAME)


def catch_up(room: Room, lines: Sequence[Line], since: int) -> str:
    """All that changed after the version `since`: new rows in order, then changed ones."""
    new = [line for line in lines if line.posted_version > since]
    html = append(rows(new, room.slug), new[-1].seq) if new else ""
    html += "".join(changed(line, room.slug) for line in lines if line.posted_version <= since)
    return html + state(room) if room.state_version > since else html


def tail(room: Room, lines: Sequence[Line], missed: int | None) -> str:
    """The list's newest rows in place of all that the page shows, for a page far behind.

    `missed` is the seq of the first message that the page does not know, if that is told.
    """
    first = lines[0] if lines else None
    if first is None or (missed is not None and missed >= first.seq):
        missed = None
    shown = rows(lines, room.slug)
    seq = lines[-1].seq if lines else 0
    frame = _frame("tail", room=room, rows=shown, first=first, missed=missed, seq=seq)
    return frame + state(room)


def trim(room: Room, first: Line) -> str:
    """`first` becomes the list's first row, where it is one of its rows."""
    return _frame("trim", room=room, first=first)


def swept(room: Room) -> str:
    """In place of rows further up, of which too many changed: they are a page away."""
    return _frame("swept", room=room)


def purged(room: Room, gone: Sequence[Line], first: Line | None) -> str:
    """Rows that are deleted for good leave every list; `first` is the first that is left.

    Each by its id, so that a window further up loses them too, and that no frame brings or
    changes one of them beside this.
    """
    ids = [f"day-{line.seq}" for line in gone if line.opens_day]
    ids += [f"m{line.seq}" for line in gone]
    return _frame("purged", room=room, ids=ids, first=first)


def purged_before(room: Room, first: Line | None) -> str:
    """The same for a page that was away, by what its list still begins with."""
    return _frame("purged", room=room, ids=(), first=first, away=True)


def standing(member: Membership) -> str:
    """What one person may do in a room, and what a conversation is called for them: the only
    frame that differs from person to person."""
    called = _frame("called", title=member.title) if member.room.is_direct else ""
    return _frame("standing", member=member) + called


def desk(stamp: str) -> str:
    """Which state of the site's reports is the newest, for their page to ask for it."""
    return _frame("desk", stamp=stamp)


@cache
def cursor_parts() -> tuple[str, str]:
    before, _, after = _frame("cursor", version="@").partition("@")
    return before, after


def cursor(version: int) -> str:
    """The room version that the page shows from here on."""
    before, after = cursor_parts()
    return f"{before}{version}{after}"


def ack(nonce: str | None, fresh: str, seconds: int = 0) -> str:
    """The sender's fresh composer: the acknowledgement of the message sent with `nonce`.

    A page whose composer has another nonce by now had this one acknowledged before, and keeps
    what is being written there. `seconds` is slow mode's wait until the next message.
    """
    known = nonce if nonce and NONCE.fullmatch(nonce) else None
    return _frame("ack", acknowledged=known, nonce=fresh) + wait(seconds)


def other_nonce(fresh: str) -> str:
    """A nonce for a text that was not sent, which stays in the box."""
    return _frame("nonce", nonce=fresh)


def unreached(message: Message) -> str:
    """To the writer alone: who is named and cannot read it."""
    return notice(message.unreached_text, "warning") if message.unreached else ""


def wait(seconds: int) -> str:
    """Slow mode's countdown: `seconds` until the next message, 0 for none."""
    return _frame("wait", wait=bits(seconds))


def bits(seconds: int) -> str:
    """The number's bits as classes, for CSS to count down from: no style may be inline."""
    return " ".join(f"b{place}" for place in range(seconds.bit_length()) if seconds >> place & 1)


def left(text: str) -> str:
    """How much more the text in the box may have; nothing while that is far away."""
    return _frame("left", text=text)


def notice(text: str, level: str = "error", answer: str = "") -> str:
    """`answer` is the address at which its reader can answer to it."""
    return _frame("notice", text=text, level=level, answer=answer)


@kept(16)
def connection(state: str = "live") -> str:
    """The heartbeat: replaces `#connection`, whose animation says when beats stop coming."""
    return _frame("connection", state=state)


def goodbye(text: str, answer: str = "") -> str:
    """The last word before a socket is closed for good."""
    return notice(text, answer=answer) + _frame("connection", state="closed")


def shut() -> str:
    """To somebody who is in the room no longer: nothing is written on this page any more."""
    return _frame("shut")


@kept(8192)
def mark(room_pk: int, label: Label) -> str:
    """What the sidebar says of a room."""
    return _frame("mark", room=room_pk, label=label)


@lru_cache(maxsize=128)
def below(unread: str) -> str:
    """How much is unread of the page's own room, beside the way to its newest messages."""
    return _frame("below", unread=unread)


@kept(512)
def inbox(mentions: str) -> str:
    """How many mentions wait; "" for none."""
    return _frame("inbox", mentions=mentions)


@cache
def stale() -> str:
    """The page shows a list of rooms that has no digest: it asks for all of it next time."""
    return _frame("stale")


def title(text: str, needs: str) -> str:
    """The page's title, the number of what asks for its reader before it."""
    return _frame("title", title=title_text(text, needs))


def sidebar(sidebar: Sidebar) -> str:
    return _frame("sidebar", sidebar=sidebar)


def inbox_list(inbox: Inbox) -> str:
    """The newest mentions, on the page that lists them; rows that stay are left as they are."""
    return _frame("inbox_list", inbox=inbox)


def look(user_pk: int, look: int) -> str:
    """The link to a person's own stylesheet, in its place."""
    return _frame("look", user={"pk": user_pk, "look": look})


def presence(names: Sequence[str]) -> str:
    shown = ", ".join(names[:20])
    return _frame("presence", count=len(names), names=shown, more=max(0, len(names) - 20))


def typing(people: Sequence[tuple[str, str]]) -> str:
    """Who types: (user name, name) each; every page hides its own reader by CSS."""
    return _frame("typing", people=people)


def _frame(partial: str, **context: Any) -> str:
    return mark_safe(render_to_string(f"rooms/frames.html#{partial}", context))  # noqa: S308
