"""The way of an event from an action to every process's hub.

This process's own hub hears it at once; the others by one group of the channel layer. Publishing
is detached from whoever publishes, and limited in time: a slow or dead layer delays other
people's pages until the hub's slow tick, and nobody's request.
"""

import asyncio
import logging
import secrets
import time
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from rooms import metrics
from rooms.realtime.fault import Fault

log = logging.getLogger("hubbub.bus")

GROUP = "hubs"
TIMEOUT = 2.0
WAITING = 10_000
DEAF = 15.0

Event = dict[str, Any]


class Line:
    """This process's line: what its hub is to hear, and what the other processes are to.

    What it sent comes back to it through the layer and is dropped, being known already; but it
    shows that the line hears. A line that has not heard itself for `DEAF` seconds subscribes
    anew: on a half-open connection nobody else would notice for minutes.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.name = secrets.token_hex(4)
        self.incoming: asyncio.Queue[Event] = asyncio.Queue()
        self.outgoing: asyncio.Queue[Event] = asyncio.Queue(WAITING)
        self.heard_itself = time.monotonic()
        self.sending = Fault("Events are not taken in time; others follow by the database")
        self.hearing = Fault("The channel layer brings no events; pages follow by the database")
        self._listening: asyncio.Task[None] | None = None

    def put(self, event: Event) -> None:
        """From any thread: tell this event, soon."""
        self.loop.call_soon_threadsafe(self.put_here, event)

    def put_here(self, event: Event) -> None:
        """From the loop's own thread: the same."""
        self.incoming.put_nowait(event)
        self.put_elsewhere(event)

    def put_elsewhere(self, event: Event) -> None:
        """Tell the other processes. A full queue drops the event, which heals."""
        if self.outgoing.full():
            metrics.unpublished.inc()
        else:
            self.outgoing.put_nowait(event)

    async def send(self) -> None:
        """Send what is put, one after the other, for ever."""
        while True:
            event = await self.outgoing.get()
            try:
                async with asyncio.timeout(TIMEOUT):
                    await _send(event, self.name)
                self.sending.over()
            except Exception:
                metrics.unpublished.inc()
                self.sending.shows()

    async def listen(self) -> None:
        """Take in what other processes publish, for ever; subscribe again after a fault."""
        while True:
            self._listening = asyncio.create_task(self._take_in())
            await asyncio.wait([self._listening])
            await asyncio.sleep(1)

    async def check(self) -> None:
        """Say something to oneself, and subscribe anew if the last words never came back."""
        if time.monotonic() - self.heard_itself > DEAF:
            metrics.resubscriptions.inc()
            self.heard_itself = time.monotonic()
            async with asyncio.timeout(TIMEOUT):
                await get_channel_layer().flush()
            if self._listening is not None:
                self._listening.cancel()
        self.put_elsewhere({})

    async def _take_in(self) -> None:
        try:
            layer = get_channel_layer()
            channel = await layer.new_channel()
            await layer.group_add(GROUP, channel)
            while True:
                message = await layer.receive(channel)
                self.hearing.over()
                if message["origin"] == self.name:
                    self.heard_itself = time.monotonic()
                elif message["body"]:
                    self.incoming.put_nowait(message["body"])
        except Exception:
            self.hearing.shows()


_line: Line | None = None


def open_line() -> Line:
    """Open this process's line in the running loop."""
    global _line
    _line = Line()
    return _line


def publish(event: Event) -> None:
    """From any thread of any process: tell every hub. Never raises, never waits in a server."""
    if _line is not None and not _line.loop.is_closed() and _line.loop.is_running():
        _line.put(event)
        return
    try:
        async_to_sync(_send_in_time)(event)
    except Exception:
        log.exception("An event was not published; pages follow by the hub's tick.")


def reach() -> None:
    """From any thread: wait until the layer has taken something. Raises where it does not.

    In a server on its own loop, and not by async_to_sync: a request whose client leaves meanwhile
    would end in "CurrentThreadExecutor already quit" instead of quietly.
    """
    if _line is not None and not _line.loop.is_closed() and _line.loop.is_running():
        asyncio.run_coroutine_threadsafe(_send_in_time({}), _line.loop).result(TIMEOUT + 1)
    else:
        async_to_sync(_send_in_time)({})


async def _send_in_time(event: Event) -> None:
    async with asyncio.timeout(TIMEOUT):
        await _send(event, "")


async def _send(event: Event, origin: str) -> None:
    message = {"type": "hub.event", "origin": origin, "body": event}
    await get_channel_layer().group_send(GROUP, message)
