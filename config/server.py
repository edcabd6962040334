"""daphne, set up for this product."""

import asyncio
import fcntl
import hashlib
import os
import struct
import tempfile
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server as DaphneServer
from daphne.ws_protocol import WebSocketProtocol
from django.conf import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred, maybeDeferred

from config import bodies
from config.asgi import admission
from rooms.realtime.hub import running_hub

SPREAD = 3.0  # seconds over which the sockets of a process that stops are sent away
FINISHING = 20.0  # seconds that its last requests have
PARTING = 3.0  # seconds that pages have to answer the close of their sockets
# The same while nothing stops: autobahn's one second would drop what a slow page has yet to read.
CLOSING = 30.0
MAX_FRAME = 256 * 1024
MAX_BACKLOG = 4 * 1024 * 1024
TEXT, FINAL = 0x1, 0x80


class AlreadyServed(Exception):
    """Another process serves this database, and there is no Redis to join them."""


class Server(DaphneServer):
    """daphne with limits: frames of at most 256 KiB, 4 MiB kept for a slow reader, bodies as
    `config/bodies.py` has them. `ready` is called when signals are heard: daphne's own word of
    it comes before, when a SIGINT or SIGTERM would still end the process in the middle of things.
    """

    def __init__(
        self, application: Any, host: str, port: int, ready: Callable[[], None] | None = None
    ) -> None:
        bodies.install()
        endpoint = f"tcp:port={port}:interface={host.replace(':', r'\:')}"
        super().__init__(
            bodies.in_pieces(application),
            endpoints=[endpoint],
            websocket_timeout=-1,
            websocket_max_message_size=MAX_FRAME,
            websocket_max_frame_size=MAX_FRAME,
            server_name="hubbub",
        )
        if ready is not None:
            reactor.callWhenRunning(ready)
        self._text, self._frame = "", b""
        self._ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=CLOSING)
        self._ports.append(port)

    def kill_all_applications(self) -> "Deferred[Any]":
        """What daphne does at SIGTERM and Ctrl-C, after all that is under way has ended well."""
        stopped: Deferred[Any] = Deferred.fromFuture(asyncio.ensure_future(self.drain()))
        return stopped.addBoth(lambda _: super(Server, self).kill_all_applications())

    async def drain(self) -> None:
        """Say no at /readyz, take nothing new, send pages away by and by, finish requests."""
        admission.draining = True
        await asyncio.sleep(settings.DRAIN_SECONDS)
        loop = asyncio.get_running_loop()
        for port in self._ports:
            await maybeDeferred(port.stopListening).asFuture(loop)
        hub = running_hub()
        await hub.drain(min(SPREAD, len(hub.sockets) / 20))
        await self._finish(WebRequest, FINISHING)
        await self._finish(WebSocketProtocol, PARTING)

    async def _finish(self, kind: type, seconds: float) -> None:
        """Wait for what is under way on connections of one kind, for so long at most."""
        tasks = [
            connection["application_instance"]
            for protocol, connection in self.connections.items()
            if isinstance(protocol, kind) and "application_instance" in connection
        ]
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if isinstance(protocol, bodies.Request):
            scope["body"] = protocol.take_body()
        return super().create_application(protocol, scope)

    def handle_reply(self, protocol: Any, message: dict[str, Any]) -> Awaitable[None]:
        """Pass on what the application sends; a text frame by a short way.

        The hub hands one string to hundreds of sockets. It is encoded once, and offered to the
        kernel at once: 27 µs of CPU for each delivery instead of 55 (docs/adr/0006).
        """
        text = message.get("text")
        if text and self._is_clear(protocol):
            if text is not self._text:
                self._text, self._frame = text, text_frame(text)
            send_now(protocol.transport, self._frame)
            return SENT
        if message["type"] == "http.response.body" and isinstance(protocol, bodies.Request):
            return self._write(protocol, message)
        handled: Awaitable[None] = super().handle_reply(protocol, message)
        return handled

    async def _write(self, request: bodies.Request, message: dict[str, Any]) -> None:
        """A piece of an answer, at the pace at which it is read."""
        more = message.get("more_body", False)
        if not more:
            bodies.finishing(request)
        await super().handle_reply(request, message)
        await bodies.written(request, more)

    def _is_clear(self, protocol: Any) -> bool:
        """Whether this is an open socket with nothing of autobahn's own waiting to be sent."""
        return (
            "disconnected" not in self.connections.get(protocol, GONE)
            and isinstance(protocol, WebSocketProtocol)
            and protocol.state == WebSocketProtocol.STATE_OPEN
            and not protocol.send_queue
            and protocol._perMessageCompress is None
        )


class Sent:
    """Awaited without a step of the loop."""

    def __await__(self) -> Generator[None]:
        yield from ()


SENT = Sent()
GONE = {"disconnected": 0.0}


def text_frame(text: str) -> bytes:
    """One unfragmented, unmasked text frame (RFC 6455, section 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", FINAL | TEXT, size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", FINAL | TEXT, 126, size)
    else:
        head = struct.pack("!BBQ", FINAL | TEXT, 127, size)
    return head + payload


def send_now(transport: Any, data: bytes) -> None:
    """Offer `data` to the kernel; Twisted keeps what is not taken, in order, and every fault.

    A reader for whom more than MAX_BACKLOG waits is cut off; the page comes back and resumes.
    """
    waiting = len(transport.dataBuffer) + transport._tempDataLen
    if waiting > MAX_BACKLOG:
        transport.abortConnection()
        return
    if not waiting and transport.connected and not transport.disconnecting:
        taken = transport.writeSomeData(data)
        if isinstance(taken, int):
            data = data[taken:]
    if data:
        transport.write(data)


def claim(database_url: str) -> int:
    """Be the only process of this machine that serves `database_url`, until it ends.

    Returns the lock's file descriptor. Raises AlreadyServed.
    """
    name = hashlib.sha256(database_url.encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"hubbub-{name}.lock"
    lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise AlreadyServed from None
    return lock
