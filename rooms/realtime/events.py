"""What a room announces, and to whom: the whole vocabulary between processes.

An event is a flat dict of plain values, so that any layer can carry it. The layer is a hint: an
event that is lost costs latency (the hub heals from the database), never data.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.db import transaction

from rooms.models import Message, Room
from rooms.models.members import Seen
from rooms.models.messages import Line
from rooms.realtime import bus, frames, history

CHANGE: Final = "change"
ENDED: Final = "ended"
STANDING: Final = "standing"
ARCHIVED: Final = "archived"
SIGNED_OUT: Final = "signed-out"
LOOK: Final = "look"
SIDEBAR: Final = "sidebar"
READ: Final = "read"
RECOUNT: Final = "recount"
NAMED: Final = "named"
CASES: Final = "cases"
TYPING: Final = "typing"
PRESENCE: Final = "presence"

Event = dict[str, Any]
type People = Sequence[int] | None  # primary keys; None: everybody in the room


def message_posted(message: Message, room: Room, read: int, people: People) -> None:
    """On commit: the new row to the room, and to its members elsewhere that there is one more.

    `read` is the author's own read mark, `people` are those whom the message names.
    """
    _on_commit(
        lambda: {
            **_change(room, message.version, frames.posted(message.line, room.slug)),
            "seq": message.seq,
            "author": message.author_id,
            "read": read,
            "username": message.author.username if message.author else "",
        }
    )
    _recount_some(room.pk, people)


def message_changed(message: Message, room: Room, people: People) -> None:
    """On commit: an edited or removed message in its row's place.

    `people` are those whom it named or names now.
    """
    _on_commit(lambda: _change(room, message.version, frames.changed(message.line, room.slug)))
    _recount_some(room.pk, people)


def message_reacted(message: Message, room: Room, people: People) -> None:
    """On commit: the chips below a message; `people` are told of them in their lists."""
    _on_commit(lambda: _change(room, message.version, frames.reacted(message.line)))
    _recount_some(room.pk, people)


def messages_changed(room: Room, version: int, people: People) -> None:
    """On commit: many messages that changed at once, as rows or as the list's newest rows.

    `people` are those whom they named.
    """
    _on_commit(lambda: _change(room, version, history.changed_at(room, version)))
    _recount_some(room.pk, people)


def messages_purged(
    room: Room, gone: Sequence[Line], first: Line | None, is_followed: bool
) -> None:
    """On commit: messages that were deleted for good; `first` is the first one that is left.

    `is_followed` where rows that are left showed what they reply to, and do not any more.
    """

    def html() -> str:
        left = history.changed_at(room, room.version) if is_followed else ""
        return frames.purged(room, gone, first) + left

    _on_commit(lambda: _change(room, room.version, html()))


def room_changed(room: Room) -> None:
    """On commit: the room's name, topic and modes, on its pages and in its members' sidebars."""
    _on_commit(lambda: _change(room, room.version, frames.state(room)))
    _on_commit(lambda: {"event": NAMED, "room": room.pk})


def room_archived(room: Room) -> None:
    """On commit: the room's pages, brought up to now, are closed: nothing more comes."""
    _on_commit(lambda: {"event": ARCHIVED, "room": room.pk, "version": room.version})


def standing_changed(room_pk: int, user_pk: int) -> None:
    """On commit: what this person may do in the room is something else now."""
    standings_changed(room_pk, [user_pk])


def standings_changed(room_pk: int, user_pks: Sequence[int]) -> None:
    """On commit: the same of several people, or what they have to decide there."""
    _on_commit(lambda: {"event": STANDING, "room": room_pk, "users": list(user_pks)})


def membership_ended(room_pk: int, user_pk: int, notice: str, answer: str = "") -> None:
    """On commit: close this person's sockets of the room, saying why, and renew the sidebar.

    `answer` is the address at which they can answer to it.
    """
    ended = {"event": ENDED, "room": room_pk, "user": user_pk, "notice": notice, "answer": answer}
    _on_commit(lambda: ended)
    rooms_changed(user_pk)


def rooms_changed(user_pk: int) -> None:
    """On commit: this person's list of rooms is another one."""
    _on_commit(lambda: {"event": SIDEBAR, "user": user_pk})


def cases_changed(room_pk: int | None) -> None:
    """On commit: what waits for a room's moderators (None: for nobody in a room) or for the
    site's staff is something else now."""
    _on_commit(lambda: {"event": CASES, "room": room_pk})


def read(moved: Sequence[Seen]) -> None:
    """On commit: these people have read these rooms up to there."""
    _on_commit(lambda: {"event": READ, "marks": [list(mark) for mark in moved]})


def recount(room_pk: int, user_pks: People) -> None:
    """On commit: what a room has for these people (None: for all of it) is to be counted anew."""
    _on_commit(lambda: {"event": RECOUNT, "room": room_pk, "users": user_pks})


def session_ended(session_key: str) -> None:
    """Close all sockets of this session, at once."""
    bus.publish({"event": SIGNED_OUT, "session": session_key})


def sessions_ended(user_pk: int, *, keep: str | None = None, notice: str = "") -> None:
    """On commit: close this person's sockets, saying why, but those of the session `keep`."""
    _on_commit(lambda: {"event": SIGNED_OUT, "user": user_pk, "keep": keep, "notice": notice})


def look_changed(user_pk: int, look: int) -> None:
    """On commit: this person's own stylesheet is another one."""
    _on_commit(lambda: {"event": LOOK, "user": user_pk, "look": look})


def typing(room_pk: int, username: str, name: str) -> Event:
    return {"event": TYPING, "room": room_pk, "username": username, "name": name}


def presence(process: str, room_pk: int, people: dict[str, str]) -> Event:
    """Who is in the room through one process: user name → name."""
    return {"event": PRESENCE, "process": process, "room": room_pk, "people": people}


def _change(room: Room, version: int, html: str) -> Event:
    return {"event": CHANGE, "room": room.pk, "version": version, "html": html}


def _recount_some(room_pk: int, people: People) -> None:
    if people is None or people:
        recount(room_pk, people)


def _on_commit(make: Callable[[], Event]) -> None:
    transaction.on_commit(partial(_publish, make), robust=True)


def _publish(make: Callable[[], Event]) -> None:
    bus.publish(make())
