"""What a room announces, and to whom: the whole vocabulary between processes.

An event is a flat dict of plain values, so that any layer can carry it. The layer is a hint: an
event that is lost costs latency (the hub heals from the database), never data.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from django.db import transaction

from rooms.models import Message, Room
from rooms.realtime import bus, frames

CHANGE: Final = "change"
ENDED: Final = "ended"
SIGNED_OUT: Final = "signed-out"
LOOK: Final = "look"
SIDEBAR: Final = "sidebar"
READ: Final = "read"
NAMED: Final = "named"
TYPING: Final = "typing"
PRESENCE: Final = "presence"

Event = dict[str, Any]


def message_posted(message: Message, room: Room) -> None:
    """On commit: the new row to the room, and unread marks to its members elsewhere."""
    _on_commit(
        lambda: {
            **_change(room, message.version, frames.posted(message.line, room.slug)),
            "author": message.author_id,
            "username": message.author.username if message.author else "",
        }
    )


def message_changed(message: Message, room: Room) -> None:
    """On commit: an edited or removed message in its row's place."""
    _on_commit(lambda: _change(room, message.version, frames.changed(message.line, room.slug)))


def room_changed(room: Room) -> None:
    """On commit: the room's name and topic, on its pages and in its members' sidebars."""
    _on_commit(lambda: _change(room, room.version, frames.state(room)))
    _on_commit(lambda: {"event": NAMED, "room": room.pk})


def membership_ended(room_pk: int, user_pk: int, notice: str) -> None:
    """On commit: close this person's sockets of the room, saying why, and renew the sidebar."""
    _on_commit(lambda: {"event": ENDED, "room": room_pk, "user": user_pk, "notice": notice})
    rooms_changed(user_pk)


def rooms_changed(user_pk: int) -> None:
    """On commit: this person's list of rooms is another one."""
    _on_commit(lambda: {"event": SIDEBAR, "user": user_pk})


def read(user_pk: int, room_pk: int) -> None:
    """On commit: this person has read the room to its end."""
    _on_commit(lambda: {"event": READ, "user": user_pk, "room": room_pk})


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


def _on_commit(make: Callable[[], Event]) -> None:
    transaction.on_commit(partial(_publish, make), robust=True)


def _publish(make: Callable[[], Event]) -> None:
    bus.publish(make())
