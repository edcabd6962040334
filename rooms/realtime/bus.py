"""The way of an event from an action to every process's hub: one group of the channel layer.

Publishing is detached from whoever publishes, and limited in time: a slow or dead layer delays
other people's pages until the hub's slow tick, and nobody's request.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger("hubbub.bus")

GROUP = "hubs"
TIMEOUT = 2.0
WAITING = 10_000


class Line:
    """This process's line to the layer: an outgoing queue, kept in order, and what comes in."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue(WAITING)
        self.failing = False

    def put(self, event: dict[str, Any]) -> None:
        """From any thread: send this event, soon."""
        self.loop.call_soon_threadsafe(self.put_here, event)

    def put_here(self, event: dict[str, Any]) -> None:
        """From the loop's own thread: the same. A full queue drops the event, which heals."""
        if not self.outgoing.full():
            self.outgoing.put_nowait(event)

    async def send(self) -> None:
        """Send what is put, one after the other, for ever."""
        while True:
            event = await self.outgoing.get()
            try:
                async with asyncio.timeout(TIMEOUT):
                    await _send(event)
                self.failing = False
            except Exception:
                self._failed()

    async def receive(self) -> AsyncIterator[dict[str, Any]]:
        """What any process published, this one included, for ever; joins again after a fault."""
        while True:
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                while True:
                    yield (await layer.receive(channel))["body"]
            except Exception:
                self._failed()
                await asyncio.sleep(1)

    def _failed(self) -> None:
        if not self.failing:
            self.failing = True
            log.exception("The channel layer fails; pages stay live through the database.")


_line: Line | None = None


def open_line() -> Line:
    """Open this process's line in the running loop."""
    global _line
    _line = Line()
    return _line


def publish(event: dict[str, Any]) -> None:
    """From any thread of any process: tell every hub. Never raises, never waits in a server."""
    if _line is not None and not _line.loop.is_closed() and _line.loop.is_running():
        _line.put(event)
        return
    try:
        async_to_sync(_send_in_time)(event)
    except Exception:
        log.exception("An event was not published; pages follow by the hub's tick.")


async def _send_in_time(event: dict[str, Any]) -> None:
    async with asyncio.timeout(TIMEOUT):
        await _send(event)


async def _send(event: dict[str, Any]) -> None:
    await get_channel_layer().group_send(GROUP, {"type": "hub.event", "body": event})
