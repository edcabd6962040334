"""One hub per process: it hears every room, and writes to the sockets that this process holds.

The hub, not the layer, does the fan-out, so one process with memory and many with Redis behave
the same. It knows sockets, strings and primary keys; what it asks the database is in `history`.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.sockets import in_pool, still_signed_in
from rooms import metrics
from rooms.realtime import bus, events, frames, history
from rooms.realtime.fault import Fault
from rooms.realtime.feed import Feed
from rooms.realtime.presence import Presence
from rooms.realtime.sidebars import Sidebars
from rooms.realtime.socket import COME_BACK, Socket, discard

log = logging.getLogger("hubbub.hub")

TICK = 5.0
BEAT = 20.0
GOODBYE = _("You have been signed out.")
NO_LONGER = _("You may not read this room any more.")
ARCHIVED = _("This room has been archived.")
SOON = timedelta(hours=1)


class Hub:
    """The sockets of this process, by room and by person."""

    def __init__(self) -> None:
        self.line = bus.open_line()
        self.loop = self.line.loop
        self.presence = Presence(self.line)
        self.feeds: dict[int, Feed] = {}
        self.sockets: set[Socket] = set()
        self.by_person: defaultdict[int, set[Socket]] = defaultdict(set)
        self.sidebars = Sidebars(self.by_person, self._start)
        self.admitted: asyncio.Future[None] | None = None
        work = (
            self._receive,
            self._tick,
            self._listen,
            self._beat,
            self._presence,
            self._lag,
            self.sidebars.tell_all,
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
        asked = {(s.user_pk, s.room_pk, s.language) for s in sockets if s.room_pk is not None}
        if asked:
            await self._tell_standings(sockets, await in_pool(history.standings)(asked))
        for socket in sockets:
            socket.is_confirmed = True

    async def _tell_standings(
        self, sockets: list[Socket], found: Mapping[tuple[int, int, str], history.Standing]
    ) -> None:
        """At once to pages that are live; the others hear it when they resume."""
        now = timezone.now()
        for socket in sockets:
            if socket.room_pk not in self.feeds or not socket.is_open:
                continue
            standing = found.get((socket.user_pk, socket.room_pk, socket.language))
            if standing is None:
                await _close_all([socket], 4403, NO_LONGER)
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

    def leave(self, socket: Socket) -> None:
        """Forget a socket; no await, so nothing can come in between."""
        socket.is_open = False
        self.sockets.discard(socket)
        discard(self.by_person, socket.user_pk, socket)
        self.sidebars.forget(socket)
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
                self.sidebars.outdate([event["user"]])
                self._start(self.sidebars.show_all(self.by_person.get(event["user"], ())))
                self._start(self.sidebars.show_inboxes([event["user"]]))
            case events.READ:
                self.sidebars.have_read(event["marks"])
            case events.RECOUNT:
                self.sidebars.outdate(event["users"])
                self._start(self.sidebars.recount(event["room"], event["users"]))
                self._start(self.sidebars.show_inboxes(event["users"]))
            case events.CASES:
                self._start(self._tell_cases(event["room"]))
            case events.NAMED:
                self._start(self.sidebars.rename(event["room"]))
                self._start(self.sidebars.show_inboxes(None))
            case events.TYPING | events.PRESENCE:
                self.presence.hear(event)

    async def _change(self, event: events.Event) -> None:
        feed = self.feeds.get(event["room"])
        if feed is not None:
            feed.accept(event["version"], event["html"])
        if "author" in event:
            self.sidebars.one_more(event)
            self.presence.posted(event["room"], event["username"])

    async def _end(self, event: events.Event) -> None:
        theirs = self.by_person.get(event["user"], ())
        gone = [s for s in theirs if s.room_pk == event["room"]]
        await _close_all(gone, 4403, event["notice"], event.get("answer", ""))

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
            await _close_all([socket], 4403, ARCHIVED)

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
        await self.sidebars.heal()
        await self._tell_desks()

    async def _listen(self) -> None:
        """Apart from the tick, which must not wait for a layer that is not there."""
        await asyncio.sleep(TICK)
        await self.line.check()

    async def _beat(self) -> None:
        """Tell every page that its socket lives, a few pages at a time."""
        await asyncio.sleep(BEAT)
        beats: dict[str, dict[str, Any]] = {}
        for count, socket in enumerate(list(self.sockets)):
            if socket.language not in beats:
                with translation.override(socket.language):
                    beats[socket.language] = Socket.text(frames.connection())
            await socket.deliver(beats[socket.language])
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


async def _close_all(sockets: list[Socket], code: int, text: object, answer: str = "") -> None:
    for socket in sockets:
        with translation.override(socket.language):
            html = frames.goodbye(str(text), answer) + (frames.shut() if code == 4403 else "")
        await socket.close(code, html)


_hub: Hub | None = None


def running_hub() -> Hub:
    """This process's hub, begun in the running loop if there is none yet."""
    global _hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub
