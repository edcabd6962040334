"""Who is here and who is typing: gathered, told at most once a second, first to be dropped."""

import secrets
import time
from dataclasses import dataclass, field

from rooms.realtime import events, frames
from rooms.realtime.bus import Line
from rooms.realtime.feed import Feed
from rooms.realtime.socket import Socket

TYPING_FOR = 5.0
AGAIN = 20.0
FORGOTTEN = 60.0


@dataclass(slots=True)
class Crowd:
    """A room's people by process, and its typists until when."""

    people: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)
    typing: dict[str, tuple[float, str]] = field(default_factory=dict)
    told: float = 0.0
    shown: str = ""
    shown_typing: str = ""
    stale: bool = True

    def names(self) -> list[str]:
        """Everybody here, each person once, by name."""
        here = {key: name for _, people in self.people.values() for key, name in people.items()}
        return sorted(here.values(), key=str.casefold)


class Presence:
    """Presence of the rooms that this process shows, told to the other processes and by them."""

    def __init__(self, line: Line) -> None:
        self.process = secrets.token_hex(4)
        self.line = line
        self.crowds: dict[int, Crowd] = {}

    async def joined(self, socket: Socket, feed: Feed) -> None:
        """A page came: the others hear of it within a second, and it is told who is here."""
        crowd = self.crowds.setdefault(feed.room_pk, Crowd())
        crowd.stale = True
        if crowd.shown:
            await socket.send(crowd.shown + crowd.shown_typing)

    def left(self, feed: Feed) -> None:
        if crowd := self.crowds.get(feed.room_pk):
            crowd.stale = True

    def typing(self, room_pk: int, username: str, name: str) -> None:
        self.line.put_here(events.typing(room_pk, username, name))

    def posted(self, room_pk: int, username: str) -> None:
        """Somebody's message came, so that person types no longer."""
        if crowd := self.crowds.get(room_pk):
            crowd.typing.pop(username, None)

    def hear(self, event: events.Event) -> None:
        crowd = self.crowds.get(event["room"])
        if crowd is None:
            return
        now = time.monotonic()
        if event["event"] == events.TYPING:
            crowd.typing[event["username"]] = (now + TYPING_FOR, event["name"])
        else:
            crowd.people[event["process"]] = (now + FORGOTTEN, event["people"])

    async def tick(self, feeds: dict[int, Feed]) -> None:
        """Once a second: tell other processes what changed here, and pages what changed."""
        now = time.monotonic()
        for room_pk, crowd in list(self.crowds.items()):
            feed = feeds.get(room_pk)
            if crowd.stale or now - crowd.told > AGAIN:
                people = {s.username: s.name for s in feed.sockets} if feed else {}
                crowd.people[self.process] = (now + FORGOTTEN, people)
                self.line.put_here(events.presence(self.process, room_pk, people))
                crowd.stale, crowd.told = False, now
            if feed is None:
                del self.crowds[room_pk]
            else:
                await self._show(crowd, feed, now)

    async def _show(self, crowd: Crowd, feed: Feed, now: float) -> None:
        crowd.people = {p: here for p, here in crowd.people.items() if here[0] > now}
        crowd.typing = {key: typist for key, typist in crowd.typing.items() if typist[0] > now}
        here = frames.presence(crowd.names())
        typing = frames.typing([(key, name) for key, (_, name) in crowd.typing.items()])
        html = (here if here != crowd.shown else "") + (
            typing if typing != crowd.shown_typing else ""
        )
        crowd.shown, crowd.shown_typing = here, typing
        if html:
            message = Socket.text(html)
            for socket in list(feed.live):
                await socket.deliver(message)
