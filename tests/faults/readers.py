"""Readers: each keeps a room's page as htmx does, and logs all that comes."""

import asyncio
import json
import random
import time
from contextlib import suppress

from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from tests.faults.history import Stream
from tests.faults.invariants import FINAL
from tests.faults.page import Frame, show
from tests.faults.proxy import Proxy

# As the page's own configuration has it (templates/_script.html).
DELAY, LONGEST, JITTER = 1.0, 7.0, 0.9
GONE = (OSError, TimeoutError, WebSocketException)


async def open_socket(port: int, room: str, session: str) -> ClientConnection:
    """A socket of the room's page. Raises what `GONE` has."""
    return await connect(
        f"ws://127.0.0.1:{port}/ws/chat/{room}/",
        additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"},
        origin=Origin(f"http://127.0.0.1:{port}"),
        compression=None,
        proxy=None,
        max_size=None,
        max_queue=None,
        open_timeout=10,
        ping_interval=None,
        close_timeout=0.5,
    )


class Reader:
    """One open page of a room, as it was while empty; `stream` is what came."""

    def __init__(
        self, name: str, person: str, room: str, session: str, way: Proxy, seed: str
    ) -> None:
        self.stream = Stream(name, person, room)
        self.session, self.way = session, way
        self.random = random.Random(f"{seed} {name}")
        self.live = asyncio.Event()

    async def run(self) -> None:
        """Come back again and again until the server says that it is final, or cancelled."""
        delay = DELAY
        while not any(code >= FINAL for _, code in self.stream.closes):
            began = time.monotonic()
            with suppress(*GONE):
                await self._read(await open_socket(self.way.port, self.stream.room, self.session))
            self.live.clear()
            delay = DELAY if self.stream.opened and time.monotonic() - began > 2 else delay * 2
            delay = min(delay, LONGEST)
            await asyncio.sleep(delay * (1 + self.random.uniform(-JITTER, JITTER)))

    async def _read(self, socket: ClientConnection) -> None:
        self.stream.opened += 1
        try:
            cursor = str(self.stream.cursor)
            await socket.send(json.dumps({"type": "resume", "cursor": cursor}))
            while True:
                html = await socket.recv()
                show(self.stream, Frame(str(html)), time.monotonic())
                self.live.set()
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            self.stream.closes.append((time.monotonic(), code))
        finally:
            socket.transport.abort()


def reconnects(streams: list[Stream]) -> int:
    return sum(max(0, stream.opened - 1) for stream in streams)
