"""One room's changes on their way to the sockets of this process: ordered, coalesced, healed."""

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable
from html import unescape
from itertools import takewhile

from rooms import metrics
from rooms.realtime import frames
from rooms.realtime.fault import Fault
from rooms.realtime.frames import cursor as cursor_frame
from rooms.realtime.socket import COME_BACK, Socket

log = logging.getLogger("hubbub.hub")

RING = 256
BREATH = 100

ID = re.compile(' id="([^"]+)"')
# Nothing that anybody wrote can hold it: there, every < is escaped.
TITLE = re.compile('<input type="hidden" id="title" name="title" value="([^"]*)"')

CatchUp = Callable[[int, int], Awaitable[tuple[str, int]]]
Part = tuple[str, int]  # the HTML of some changes, and the version that they lead to


class Feed:
    """A room's changes, each to each socket exactly once and in order of version.

    `catch_up(room, since)` reads the database: the HTML of all that changed after `since`, and
    the version that it leads to. `ring` holds recent changes as (version before, version after,
    html); `early` those that came before their turn. `coalesce` and `patience` are seconds: how
    long changes gather after one was sent, and how long a gap may close by itself.
    """

    coalesce = 0.03
    patience = 0.25

    def __init__(self, room_pk: int, catch_up: CatchUp) -> None:
        self.room_pk = room_pk
        self.version: int | None = None
        self.sockets: set[Socket] = set()
        self.live: set[Socket] = set()
        self.ring: deque[tuple[int, int, str]] = deque(maxlen=RING)
        self.early: dict[int, str] = {}
        self._catch_up = catch_up
        self._reading: dict[int, asyncio.Task[tuple[str, int]]] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._healing: asyncio.Task[None] | None = None
        self._sent = 0
        self._fault = Fault(f"What came of room {room_pk} could not be read")

    def open(self, version: int) -> None:
        """Begin at `version`, as read from the database after this feed began to listen."""
        if self.version is None:
            self.version = self._sent = version
            self._take_early()

    def accept(self, version: int, html: str) -> None:
        """A change was announced: now, early, late or again."""
        if self.version is not None and version <= self.version:
            return
        self.early[version] = html
        if self.version is not None:
            self._take_early()

    async def resume(self, socket: Socket, cursor: int) -> None:
        """Send all that changed after `cursor`, then go live with no await in between.

        A negative cursor, or one that the room has not come to, is sent the list's newest rows.
        """
        while socket.is_open:
            recent = self.recent(cursor)
            parts = [await self._read(cursor)] if recent is None else recent
            socket.sent = cursor = parts[-1][1] if parts else cursor
            for html, upto in parts:
                if html:
                    metrics.resumes.labels("database" if recent is None else "ring").inc()
                    await socket.send(html + cursor_frame(upto))
                    await _retitle(socket, html)
            if socket.is_open and (self.version is None or cursor >= self.version):
                self.live.add(socket)
                return

    def recent(self, since: int) -> list[Part] | None:
        """What the ring holds after `since`, or None where it does not reach back to it.

        In as few frames as can be: htmx looks up all elements that a frame replaces before it
        replaces the first, so one that a frame brings or changes cannot be changed by it again.
        """
        if self.version is None or since > self.version:
            return None
        spans = list(takewhile(lambda span: span[0] >= since, reversed(self.ring)))
        if since < self.version and (not spans or spans[-1][0] != since):
            return None
        parts: list[Part] = []
        touched: set[str] = set()
        for _, upto, html in reversed(spans):
            ids = set(ID.findall(html))
            if parts and touched.isdisjoint(ids):
                parts[-1] = (parts[-1][0] + html, upto)
                touched |= ids
            else:
                parts.append((html, upto))
                touched = ids
        return parts

    def heal(self, cause: str) -> None:
        """Ask the database for what did not come; one query, shared by all sockets."""
        if self._healing is None or self._healing.done():
            metrics.heals.labels(cause).inc()
            self._healing = asyncio.create_task(self._heal())

    async def reach(self, version: int) -> None:
        """Be at `version` at least, asking the database for what has not come."""
        if self.version is not None and self.version < version:
            await self._heal()

    def forget(self, socket: Socket) -> None:
        self.sockets.discard(socket)
        self.live.discard(socket)

    def close(self) -> None:
        for task in (self._flushing, self._healing, *self._reading.values()):
            if task is not None:
                task.cancel()

    def _take_early(self) -> None:
        assert self.version is not None
        for version in [v for v in self.early if v <= self.version]:
            del self.early[version]
        while (html := self.early.pop(self.version + 1, None)) is not None:
            self.ring.append((self.version, self.version + 1, html))
            self.version += 1
        if self.early:
            asyncio.get_running_loop().call_later(self.patience, self._check_gap, self.version)
        if self._sent < self.version and (self._flushing is None or self._flushing.done()):
            self._flushing = asyncio.create_task(self._flush())

    def _check_gap(self, stuck_at: int) -> None:
        if self.early and self.version == stuck_at:
            self.heal("gap")

    async def _heal(self) -> None:
        since = self.version
        if since is None:
            return
        try:
            html, upto = await self._read(since)
            self._fault.over()
        except Exception:
            self._fault.shows()
            return
        if self.version == since and upto > since:
            self.ring.append((since, upto, html))
            self.version = upto
            self._take_early()

    async def _read(self, since: int) -> tuple[str, int]:
        task = self._reading.get(since)
        if task is None:
            task = asyncio.ensure_future(self._catch_up(self.room_pk, since))
            self._reading[since] = task
            task.add_done_callback(lambda _: self._reading.pop(since, None))
        return await asyncio.shield(task)

    async def _flush(self) -> None:
        """Send at once, then what has gathered every few hundredths of a second, until quiet."""
        while self.version is not None and self._sent < self.version:
            before, self._sent = self._sent, self.version
            await self._send_all(before, self.version)
            await asyncio.sleep(self.coalesce)

    async def _send_all(self, before: int, upto: int) -> None:
        parts = self.recent(before)
        if parts is None:
            await asyncio.gather(*(self._again(socket) for socket in list(self.live)))
            return
        for html, to in parts:
            await self._send_part(before, to, html)
            before = to

    async def _send_part(self, before: int, upto: int, html: str) -> None:
        message = Socket.text(html + cursor_frame(upto))
        is_renamed = TITLE.search(html) is not None
        metrics.deliveries.inc((upto - before) * len(self.live))
        for count, socket in enumerate(list(self.live), 1):
            if count % BREATH == 0:
                await asyncio.sleep(0)
            if socket.sent == before:
                socket.sent = upto
                await socket.deliver(message)
                if is_renamed:
                    await _retitle(socket, html)
            elif socket.sent < upto:
                await self._again(socket)

    async def _again(self, socket: Socket) -> None:
        """Bring back in step a socket that the frame for all does not fit."""
        self.live.discard(socket)
        try:
            await self.resume(socket, socket.sent)
        except Exception:
            log.exception("A page of room %s fell out of step; it comes back.", self.room_pk)
            await socket.close(COME_BACK)


async def _retitle(socket: Socket, html: str) -> None:
    """The page has a new title, the same for everybody: put this reader's number before it."""
    for title in TITLE.findall(html)[-1:]:
        socket.title = unescape(title)
        await socket.send(frames.title(socket.title, socket.needs))
