"""One hub per process: it hears every room, and writes to the sockets that this process holds.

The hub, not the layer, does the fan-out, so one process with memory and many with Redis behave
the same. It knows sockets, strings and primary keys; what it asks the database is in `history`.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.sockets import in_pool, still_signed_in
from rooms import metrics
from rooms.inbox import newest
from rooms.models.members import Seen
from rooms.realtime import bus, events, frames, history
from rooms.realtime.fault import Fault
from rooms.realtime.feed import Feed
from rooms.realtime.presence import Presence
from rooms.realtime.socket import COME_BACK, Socket
from rooms.sidebar import sidebar

log = logging.getLogger("hubbub.hub")

TICK = 5.0
BEAT = 20.0
COUNT = 0.25  # seconds between what a page is told of its counts
SEEN_WITHIN = 1.0  # seconds for a page to say that it shows what came
GOODBYE = "You have been signed out."
NO_LONGER = "You may not read this room any more."
ARCHIVED = "This room has been archived."
SOON = timedelta(hours=1)


@dataclass(slots=True)
class Reading:
    """A reading of the database under way, of one person's marks or (None) of several people's."""

    user_pk: int | None
    is_late: bool = False


class Hub:
    """The sockets of this process, by room, by person and by the rooms of their sidebars."""

    def __init__(self) -> None:
        self.line = bus.open_line()
        self.loop = self.line.loop
        self.presence = Presence(self.line)
        self.feeds: dict[int, Feed] = {}
        self.sockets: set[Socket] = set()
        self.by_person: defaultdict[int, set[Socket]] = defaultdict(set)
        self.by_sidebar: defaultdict[int, set[Socket]] = defaultdict(set)
        self.reading: dict[object, Reading] = {}
        self.counted: dict[Socket, dict[int, float]] = {}
        self.admitted: asyncio.Future[None] | None = None
        work = (
            self._receive,
            self._tick,
            self._listen,
            self._beat,
            self._presence,
            self._lag,
            self._count,
        )
        self.tasks = {
            asyncio.create_task(each)
            for each in (self.line.send(), self.line.listen(), *map(self._for_ever, work))
        }
        metrics.sockets.set_function(lambda: len(self.sockets))

    async def join(self, socket: Socket) -> None:
        """Take a socket in. Nothing of its room is sent until it resumes."""
        self.sockets.add(socket)
        self.by_person[socket.user_pk].add(socket)
        if socket.room_pk is None:
            return
        feed = self.feeds.get(socket.room_pk)
        if feed is None:
            feed = self.feeds[socket.room_pk] = Feed(socket.room_pk, in_pool(history.catch_up))
        feed.sockets.add(socket)
        if feed.version is None:
            found = await in_pool(history.versions)([socket.room_pk])
            feed.open(found.get(socket.room_pk, 0))

    async def confirm(self) -> None:
        """Wait for a look at all sockets' rights that begins from now on, shared by who waits.

        What let a socket in may have ended before the hub could hear of it.
        """
        if self.admitted is None:
            self.admitted = self.loop.create_future()
            self._start(self._confirm())
        await asyncio.shield(self.admitted)

    async def _confirm(self) -> None:
        await asyncio.sleep(0.02)  # for those who come together
        waited, self.admitted = self.admitted, None
        assert waited is not None
        try:
            await self.recheck([s for s in self.sockets if not s.is_confirmed])
        except Exception as fault:
            waited.set_exception(fault)
        else:
            waited.set_result(None)

    async def recheck(self, sockets: list[Socket]) -> None:
        """Close those whose session or right to read ended, whoever ended it; tell the others
        what their readers may do, where that is not what they show. At most eight queries."""
        signed_in = await in_pool(still_signed_in)({s.session_key for s in sockets})
        await _close_all([s for s in sockets if s.session_key not in signed_in], 4401, GOODBYE)
        pairs = {(s.user_pk, s.room_pk) for s in sockets if s.room_pk is not None}
        if pairs:
            await self._tell_standings(sockets, await in_pool(history.standings)(pairs))
        for socket in sockets:
            socket.is_confirmed = True

    async def _tell_standings(
        self, sockets: list[Socket], found: Mapping[tuple[int, int], history.Standing]
    ) -> None:
        """At once to pages that are live; the others hear it when they resume."""
        now = timezone.now()
        for socket in sockets:
            if socket.room_pk not in self.feeds or not socket.is_open:
                continue
            standing = found.get((socket.user_pk, socket.room_pk))
            if standing is None:
                await socket.close(4403, frames.goodbye(NO_LONGER))
                continue
            socket.writes, socket.moderates = standing.writes, standing.moderates
            if standing.html != socket.standing:
                socket.standing = standing.html
                if socket in self.feeds[socket.room_pk].live:
                    await socket.send(standing.html)
                if standing.ends is not None and standing.ends - now < SOON:
                    seconds = (standing.ends - now).total_seconds()
                    self.loop.call_later(seconds, self._start_recheck, socket)

    async def _tell_cases(self, room_pk: int | None) -> None:
        """What was reported, or is decided: on the pages of those who decide it."""
        feed = self.feeds.get(room_pk or 0)
        moderators = [s for s in feed.sockets if s.moderates] if feed is not None else []
        if moderators:
            await self.recheck(moderators)
        await self._tell_desks()

    async def show_desk(self, socket: Socket) -> None:
        """From now on this page follows the site's reports."""
        socket.desk = ""
        await self._tell_desks()

    async def _tell_desks(self) -> None:
        """One query for each person, few at most, who has a page of the site's reports open."""
        desks = [s for s in self.sockets if s.desk is not None]
        found = await in_pool(history.desks)({s.user_pk for s in desks}) if desks else {}
        for socket in desks:
            html = found.get(socket.user_pk, "")
            if html != socket.desk:
                socket.desk = html
                await socket.send(html)

    def _start_recheck(self, socket: Socket) -> None:
        self._start(self.recheck([socket]))

    async def resume(self, socket: Socket, cursor: int | None) -> None:
        """Bring a socket from `cursor` (None: where its room is now) to the present, and live."""
        feed = self.feeds.get(socket.room_pk or 0)
        if feed is None or socket not in feed.sockets:
            return
        feed.live.discard(socket)
        await feed.resume(socket, feed.version or 0 if cursor is None else cursor)
        if socket.standing:
            await socket.send(socket.standing)
        await self.presence.joined(socket, feed)

    async def show_sidebar(self, socket: Socket, digest: str | None = None) -> None:
        """Renew the socket's list of rooms, unless the page's `digest` says it shows it."""
        read = in_pool(sidebar)
        found = await self._read(socket.user_pk, lambda: read(socket.user_pk, socket.room_pk))
        for room_pk in socket.rooms:
            _discard(self.by_sidebar, room_pk, socket)
        if socket not in self.sockets:
            return
        self.counted.pop(socket, None)
        socket.rooms, socket.outside = found.rooms, found.outside
        socket.shown = {pk: mark.label for pk, mark in found.rooms.items()}
        for room_pk in socket.rooms:
            self.by_sidebar[room_pk].add(socket)
        html = "" if digest == found.digest else frames.sidebar(found)
        if socket.title and (html or found.needs):  # what came of the room may have reset it
            html += frames.title(socket.title, found.needs)
        if html:
            await socket.send(html)

    async def show_inbox(self, socket: Socket) -> None:
        """Renew the list of mentions of a page that shows another one."""
        read = in_pool(newest)
        found = await self._read(socket.user_pk, lambda: read(socket.user_pk))
        if socket in self.sockets and socket.inbox != found.digest:
            socket.inbox = found.digest
            await socket.send(frames.inbox_list(found))

    async def _read[T](self, user_pk: int | None, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` finds; read again if a message or a mark of this person came meanwhile."""
        while True:
            reading, key = Reading(user_pk), object()
            self.reading[key] = reading
            try:
                found = await read()
            finally:
                del self.reading[key]
            if not reading.is_late:
                return found

    def leave(self, socket: Socket) -> None:
        """Forget a socket; no await, so nothing can come in between."""
        socket.is_open = False
        self.sockets.discard(socket)
        self.counted.pop(socket, None)
        _discard(self.by_person, socket.user_pk, socket)
        for room_pk in socket.rooms:
            _discard(self.by_sidebar, room_pk, socket)
        feed = self.feeds.get(socket.room_pk or 0)
        if feed is not None:
            feed.forget(socket)
            self.presence.left(feed)
            if not feed.sockets:
                feed.close()
                del self.feeds[feed.room_pk]

    async def hear(self, event: events.Event) -> None:
        """One event from the layer."""
        match event["event"]:
            case events.CHANGE:
                await self._change(event)
            case events.ENDED:
                await self._end(event)
            case events.STANDING:
                theirs = [s for pk in event["users"] for s in self.by_person.get(pk, ())]
                self._start(self.recheck([s for s in theirs if s.room_pk == event["room"]]))
            case events.ARCHIVED:
                self._start(self._archive(event["room"], event["version"]))
            case events.SIGNED_OUT:
                await self._sign_out(event)
            case events.LOOK:
                await self._renew_look(event)
            case events.SIDEBAR:
                self._outdate([event["user"]])
                self._start(self._show_sidebars(self.by_person.get(event["user"], ())))
                self._start(self._show_inboxes([event["user"]]))
            case events.READ:
                self._have_read(event["marks"])
            case events.RECOUNT:
                self._outdate(event["users"])
                self._start(self._recount(event["room"], event["users"]))
                self._start(self._show_inboxes(event["users"]))
            case events.CASES:
                self._start(self._tell_cases(event["room"]))
            case events.NAMED:
                self._start(self._rename(event["room"]))
                self._start(self._show_inboxes(None))
            case events.TYPING | events.PRESENCE:
                self.presence.hear(event)

    async def _change(self, event: events.Event) -> None:
        feed = self.feeds.get(event["room"])
        if feed is not None:
            feed.accept(event["version"], event["html"])
        if "author" in event:
            self._one_more(event)
            self.presence.posted(event["room"], event["username"])

    def _one_more(self, event: events.Event) -> None:
        """A message came: its room's members have one more to read, its author maybe none."""
        room_pk = event["room"]
        for reading in self.reading.values():
            reading.is_late = True
        for socket in self.by_sidebar.get(room_pk, ()):
            mark = socket.rooms[room_pk]
            mark.seq = max(mark.seq, event["seq"])
            if socket.user_pk == event["author"]:
                mark.read = max(mark.read, event["read"])
            self._look(socket, room_pk)

    def _have_read(self, marks: Iterable[Seen]) -> None:
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
                self._start(self._recount(room_pk, [user_pk]))

    async def _recount(self, room_pk: int, user_pks: list[int] | None) -> None:
        """Ask the database where the room stands for these people (None: all who are here)."""
        here = {socket.user_pk for socket in self.by_sidebar.get(room_pk, ())}
        people = here if user_pks is None else here.intersection(user_pks)
        if not people:
            return
        only = next(iter(people)) if len(people) == 1 else None
        read = in_pool(history.marks)
        found = await self._read(only, lambda: read(room_pk, people))
        for socket in self.by_sidebar.get(room_pk, ()):
            if (mark := found.get(socket.user_pk)) is not None:
                socket.rooms[room_pk] = replace(mark)
                self._look(socket, room_pk)

    def _look(self, socket: Socket, room_pk: int) -> None:
        """What a page says of a room may have changed: to be told in a moment.

        Later of the room on the page: whoever sees a message there says so at once.
        """
        here = SEEN_WITHIN if room_pk == socket.room_pk else 0.0
        waiting = self.counted.setdefault(socket, {})
        waiting.setdefault(room_pk, self.loop.time() + here)

    async def _count(self) -> None:
        """Tell each page what changed of its counts, all at once."""
        await asyncio.sleep(COUNT)
        now = self.loop.time()
        for done, socket in enumerate(list(self.counted), 1):
            await self._tell(socket, now)
            if done % 100 == 0:
                await asyncio.sleep(0)

    async def _tell(self, socket: Socket, now: float) -> None:
        waiting = self.counted.pop(socket, {})
        html = ""
        for room_pk, due in waiting.items():
            if due > now:
                self.counted.setdefault(socket, {})[room_pk] = due
            elif room_pk in socket.rooms:
                label = socket.rooms[room_pk].label
                if label != socket.shown[room_pk]:
                    html += frames.mark(room_pk, label)
                    socket.shown[room_pk] = label
        if html:
            title = frames.title(socket.title, socket.needs) if socket.title else ""
            await socket.send(html + frames.inbox(socket.mentions) + title + frames.stale())

    async def _end(self, event: events.Event) -> None:
        theirs = self.by_person.get(event["user"], ())
        await _close_all([s for s in theirs if s.room_pk == event["room"]], 4403, event["notice"])

    async def _rename(self, room_pk: int) -> None:
        """Renew the lists of those who show the room, and of members who did not see it."""
        shown = self.by_sidebar.get(room_pk, set())
        members = await in_pool(history.members_among)(room_pk, list(self.by_person))
        theirs = [s for user_pk in members for s in self.by_person.get(user_pk, ())]
        await self._show_sidebars([*shown, *(s for s in theirs if s not in shown)])

    async def _archive(self, room_pk: int, version: int) -> None:
        """Bring the room's pages up to the change that archived it, and close them."""
        feed = self.feeds.get(room_pk)
        if feed is None:
            return
        await feed.reach(version)
        for socket in list(feed.sockets):
            if socket in feed.live and socket.sent < version:
                feed.live.discard(socket)
                await feed.resume(socket, socket.sent)
            await socket.close(4403, frames.goodbye(ARCHIVED))

    async def _sign_out(self, event: events.Event) -> None:
        if "user" in event:
            theirs = self.by_person.get(event["user"], ())
            gone = [s for s in theirs if s.session_key != event["keep"]]
        else:
            gone = [s for s in self.sockets if s.session_key == event["session"]]
        await _close_all(gone, 4401, event.get("notice") or GOODBYE)

    async def _renew_look(self, event: events.Event) -> None:
        message = Socket.text(frames.look(event["user"], event["look"]))
        for socket in list(self.by_person.get(event["user"], ())):
            await socket.deliver(message)

    async def _show_sidebars(self, sockets: Iterable[Socket]) -> None:
        """One list after the other, beside the events, which do not wait for it."""
        for socket in list(sockets):
            await self.show_sidebar(socket)

    async def _show_inboxes(self, user_pks: Iterable[int] | None) -> None:
        """The same for pages that list mentions: those of these people, or (None) all of them."""
        people = self.by_person if user_pks is None else user_pks
        theirs = [s for user_pk in people for s in self.by_person.get(user_pk, ())]
        for socket in theirs:
            if socket.inbox is not None:
                await self.show_inbox(socket)

    def _outdate(self, user_pks: Iterable[int] | None) -> None:
        """What is being read of these people (None: of anybody) is to be read again."""
        people = None if user_pks is None else {None, *user_pks}
        for reading in self.reading.values():
            reading.is_late |= people is None or reading.user_pk in people

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Send all pages away, spread over `seconds`, so that they come back by and by."""
        sockets = list(self.sockets)
        for socket in sockets:
            await socket.close(COME_BACK)
            await asyncio.sleep(seconds / len(sockets))

    async def _receive(self) -> None:
        event = await self.line.incoming.get()
        try:
            await self.hear(event)
        except Exception:
            log.exception("The event %r was not carried out.", event.get("event"))

    async def _tick(self) -> None:
        """Compare with the database: what was lost, or done behind our back, heals too."""
        await asyncio.sleep(TICK)
        now = time.monotonic()
        for socket in [s for s in self.sockets if s.is_over(now)]:
            await socket.close(COME_BACK)
        if self.sockets:
            await self.recheck(list(self.sockets))
        if self.feeds:
            for room_pk, version in (await in_pool(history.versions)(list(self.feeds))).items():
                feed = self.feeds.get(room_pk)
                if feed is not None and feed.version is not None and version > feed.version:
                    feed.heal("tick")
        await self._heal_counts()
        await self._tell_desks()

    async def _listen(self) -> None:
        """Apart from the tick, which must not wait for a layer that is not there."""
        await asyncio.sleep(TICK)
        await self.line.check()

    async def _heal_counts(self) -> None:
        """Rooms of sidebars in which more was said than was heard of."""
        heads = {pk: max(s.rooms[pk].seq for s in there) for pk, there in self.by_sidebar.items()}
        if heads:
            for room_pk, seq in (await in_pool(history.last_seqs)(list(heads))).items():
                if seq > heads[room_pk]:
                    await self._recount(room_pk, None)

    async def _beat(self) -> None:
        """Tell every page that its socket lives, a few pages at a time."""
        await asyncio.sleep(BEAT)
        message = Socket.text(frames.connection())
        for count, socket in enumerate(list(self.sockets)):
            await socket.deliver(message)
            if count % 50 == 49:
                await asyncio.sleep(0.05)

    async def _presence(self) -> None:
        await asyncio.sleep(1)
        await self.presence.tick(self.feeds)

    async def _lag(self) -> None:
        due = self.loop.time() + 1
        await asyncio.sleep(1)
        metrics.loop_lag.set(self.loop.time() - due)

    async def _for_ever(self, work: Any) -> None:
        """Do `work` again and again, whatever befalls it."""
        fault = Fault(f"The hub's {work.__name__} fails")
        while True:
            try:
                await work()
                fault.over()
            except Exception:
                fault.shows()
                await asyncio.sleep(1)


async def _close_all(sockets: list[Socket], code: int, text: str) -> None:
    html = frames.goodbye(text)
    for socket in sockets:
        await socket.close(code, html)


def _discard(index: defaultdict[int, set[Socket]], key: int, socket: Socket) -> None:
    index[key].discard(socket)
    if not index[key]:
        del index[key]


_hub: Hub | None = None


def running_hub() -> Hub:
    """This process's hub, begun in the running loop if there is none yet."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub
