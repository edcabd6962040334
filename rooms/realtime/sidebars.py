"""What pages say of their readers' rooms beside the one that they show: lists, counts, mentions.

Counts follow the events, and are told a few times a second at most; what an event cannot say is
asked of the database, again if something happened meanwhile.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation

from accounts.sockets import in_pool
from rooms.inbox import newest
from rooms.models.members import Seen
from rooms.realtime import events, frames, history
from rooms.realtime.socket import Socket, discard
from rooms.sidebar import sidebar

COUNT = 0.25  # seconds between what a page is told of its counts
SEEN_WITHIN = 1.0  # seconds for a page to say that it shows what came


@dataclass(slots=True)
class Lookup:
    """A look at the database under way, of one person's marks or (None) of several people's."""

    user_pk: int | None
    is_late: bool = False


class Sidebars:
    """The sockets by the rooms of their sidebars, and what each is still to be told.

    `by_person` is the hub's own; `start` runs what need not be waited for.
    """

    def __init__(
        self,
        by_person: Mapping[int, set[Socket]],
        start: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self.by_person, self.start = by_person, start
        self.by_room: defaultdict[int, set[Socket]] = defaultdict(set)
        self.reading: dict[object, Lookup] = {}
        self.due: dict[Socket, dict[int, float]] = {}

    def forget(self, socket: Socket) -> None:
        self.due.pop(socket, None)
        for room_pk in socket.rooms:
            discard(self.by_room, room_pk, socket)

    async def show(self, socket: Socket, digest: str | None = None) -> None:
        """Renew the socket's list of rooms, unless the page's `digest` says it shows it."""
        read = in_pool(sidebar)
        with translation.override(socket.language):
            found = await self._read(socket.user_pk, lambda: read(socket.user_pk, socket.room_pk))
        for room_pk in socket.rooms:
            discard(self.by_room, room_pk, socket)
        if not socket.is_open:
            return
        self.due.pop(socket, None)
        socket.rooms, socket.outside = found.rooms, found.outside
        socket.shown = {pk: mark.label for pk, mark in found.rooms.items()}
        for room_pk in socket.rooms:
            self.by_room[room_pk].add(socket)
        html = "" if digest == found.digest else frames.sidebar(found)
        if html and socket.room_pk in found.rooms:
            html += frames.below(found.here)
        if socket.title and (html or found.needs):  # what came of the room may have reset it
            html += frames.title(socket.title, found.needs)
        if html:
            await socket.send(html)

    async def show_inbox(self, socket: Socket) -> None:
        """Renew the list of mentions of a page that shows another one."""
        read = in_pool(newest)
        shown = socket.inbox or ""
        with translation.override(socket.language):
            found = await self._read(socket.user_pk, lambda: read(socket.user_pk, shown))
        if socket.is_open and socket.inbox != found.digest:
            socket.inbox = found.digest
            await socket.send(frames.inbox_list(found))

    async def _read[T](self, user_pk: int | None, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` finds; read again if a message or a mark of this person came meanwhile."""
        while True:
            reading, key = Lookup(user_pk), object()
            self.reading[key] = reading
            try:
                found = await read()
            finally:
                del self.reading[key]
            if not reading.is_late:
                return found

    async def show_all(self, sockets: Iterable[Socket]) -> None:
        """One list after the other, beside the events, which do not wait for it."""
        for socket in list(sockets):
            await self.show(socket)

    async def show_inboxes(self, user_pks: Iterable[int] | None) -> None:
        """The same for pages that list mentions: those of these people, or (None) all of them."""
        people = self.by_person if user_pks is None else user_pks
        theirs = [s for user_pk in people for s in self.by_person.get(user_pk, ())]
        for socket in theirs:
            if socket.inbox is not None:
                await self.show_inbox(socket)

    def outdate(self, user_pks: Iterable[int] | None) -> None:
        """What is being read of these people (None: of anybody) is to be read again."""
        people = None if user_pks is None else {None, *user_pks}
        for reading in self.reading.values():
            reading.is_late |= people is None or reading.user_pk in people

    def one_more(self, event: events.Event) -> None:
        """A message came: its room's members have one more to read, its author maybe none."""
        room_pk = event["room"]
        for reading in self.reading.values():
            reading.is_late = True
        for socket in self.by_room.get(room_pk, ()):
            mark = socket.rooms[room_pk]
            mark.seq = max(mark.seq, event["seq"])
            if socket.user_pk == event["author"]:
                mark.read = max(mark.read, event["read"])
            self._look(socket, room_pk)

    def have_read(self, marks: Iterable[Seen]) -> None:
        """People have read on, here or elsewhere."""
        for room_pk, user_pk, seq in marks:
            for reading in self.reading.values():
                reading.is_late |= reading.user_pk in (None, user_pk)
            theirs = [s for s in self.by_person.get(user_pk, ()) if room_pk in s.rooms]
            for socket in theirs:
                mark = socket.rooms[room_pk]
                mark.read = max(mark.read, seq)
                if mark.read >= mark.seq:
                    mark.mentions = 0
                self._look(socket, room_pk)
            if any(socket.rooms[room_pk].mentions for socket in theirs):
                self.start(self.recount(room_pk, [user_pk]))

    async def recount(self, room_pk: int, user_pks: list[int] | None) -> None:
        """Ask the database where the room stands for these people (None: all who are here)."""
        here = {socket.user_pk for socket in self.by_room.get(room_pk, ())}
        people = here if user_pks is None else here.intersection(user_pks)
        if not people:
            return
        only = next(iter(people)) if len(people) == 1 else None
        read = in_pool(history.marks)
        found = await self._read(only, lambda: read(room_pk, people))
        for socket in self.by_room.get(room_pk, ()):
            if (mark := found.get(socket.user_pk)) is not None:
                socket.rooms[room_pk] = replace(mark)
                self._look(socket, room_pk)

    def _look(self, socket: Socket, room_pk: int) -> None:
        """What a page says of a room may have changed: to be told in a moment.

        Later of the room on the page: whoever sees a message there says so at once.
        """
        here = SEEN_WITHIN if room_pk == socket.room_pk else 0.0
        waiting = self.due.setdefault(socket, {})
        waiting.setdefault(room_pk, asyncio.get_running_loop().time() + here)

    async def tell_all(self) -> None:
        """Tell each page what changed of its counts, all at once."""
        await asyncio.sleep(COUNT)
        now = asyncio.get_running_loop().time()
        for done, socket in enumerate(list(self.due), 1):
            await self._tell(socket, now)
            if done % 100 == 0:
                await asyncio.sleep(0)

    async def _tell(self, socket: Socket, now: float) -> None:
        with translation.override(socket.language):
            html = self._news(socket, now)
        if html:
            await socket.send(html)

    def _news(self, socket: Socket, now: float) -> str:
        waiting = self.due.pop(socket, {})
        html = ""
        for room_pk, due in waiting.items():
            if due > now:
                self.due.setdefault(socket, {})[room_pk] = due
            elif room_pk in socket.rooms:
                label = socket.rooms[room_pk].label
                if label != socket.shown[room_pk]:
                    html += frames.mark(room_pk, label)
                    if room_pk == socket.room_pk:
                        html += frames.below(label.unread_text)
                    socket.shown[room_pk] = label
        if not html:
            return ""
        title = frames.title(socket.title, socket.needs) if socket.title else ""
        return html + frames.inbox(socket.mentions) + title + frames.stale()

    async def rename(self, room_pk: int) -> None:
        """Renew the lists of those who show the room, and of members who did not see it."""
        shown = self.by_room.get(room_pk, set())
        members = await in_pool(history.members_among)(room_pk, list(self.by_person))
        theirs = [s for user_pk in members for s in self.by_person.get(user_pk, ())]
        await self.show_all([*shown, *(s for s in theirs if s not in shown)])

    async def heal(self) -> None:
        """Rooms of sidebars in which more was said than was heard of."""
        heads = {pk: max(s.rooms[pk].seq for s in there) for pk, there in self.by_room.items()}
        if heads:
            for room_pk, seq in (await in_pool(history.last_seqs)(list(heads))).items():
                if seq > heads[room_pk]:
                    await self.recount(room_pk, None)
