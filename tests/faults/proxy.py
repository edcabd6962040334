"""A TCP proxy whose line can be made bad while it runs: cut, held, half-open, slow, narrow."""

import asyncio
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 64 * 1024


@dataclass(slots=True)
class Way:
    """One direction: seconds of delay, bytes a second (0: as many as come), and whether it flows.

    What is sent while it does not flow arrives afterwards, as after packets lost on a network.
    """

    delay: float = 0.0
    rate: float = 0.0
    flows: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.flows.set()


class Proxy:
    """Listens on `port`, or a free one, and connects each client to one of `upstreams`.

    The first that takes the connection has it, beginning with the next in turn, those that
    `prefer` says yes to before the others. `up` and `down` are the ways to and from upstream.
    """

    def __init__(
        self,
        upstreams: Iterable[int],
        prefer: Callable[[int], bool] | None = None,
        port: int = 0,
    ) -> None:
        self.upstreams = list(upstreams)
        self.prefer = prefer or (lambda port: True)
        self.up, self.down = Way(), Way()
        self.refuses = False
        self.cuts = 0
        self.port = port
        self._turn = 0
        self._pairs: set[Pair] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port, backlog=2048)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.mend()
        self.cut()

    @property
    def open(self) -> int:
        return len(self._pairs)

    def cut(self) -> int:
        """Reset every connection, and return how many there were."""
        for pair in (gone := list(self._pairs)):
            pair.abort()
        self.cuts += len(gone)
        return len(gone)

    def block(self) -> None:
        """Cut, and refuse new connections, until `mend`."""
        self.refuses = True
        self.cut()

    def swallow(self) -> None:
        """A black hole: connections stay, new ones are taken, nothing passes, until `mend`."""
        self.up.flows.clear()
        self.down.flows.clear()

    def half_open(self) -> int:
        """End each connection upstream, and never tell the client's side."""
        for pair in (gone := list(self._pairs)):
            pair.strand()
        return len(gone)

    def mend(self) -> None:
        """All is well with the line again; what was cut stays cut."""
        self.refuses = False
        for way in (self.up, self.down):
            way.delay = way.rate = 0.0
            way.flows.set()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = None if self.refuses else await self._connect()
        if found is None:
            writer.transport.abort()
            return
        pair = Pair(self, (reader, writer), found)
        self._pairs.add(pair)
        try:
            await pair.run()
        finally:
            self._pairs.discard(pair)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._turn += 1
        count = len(self.upstreams)
        ports = [self.upstreams[(self._turn + i) % count] for i in range(count)]
        for port in sorted(ports, key=lambda port: not self.prefer(port)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        return None


type Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Pair:
    """A client's connection and ours to upstream for it."""

    def __init__(self, proxy: Proxy, near: Ends, far: Ends) -> None:
        self.proxy, self.near, self.far = proxy, near, far
        self.is_stranded = False

    async def run(self) -> None:
        """Until either side ends; a stranded client until it goes itself."""
        ways = [
            asyncio.create_task(self._pump(self.near[0], self.far[1], self.proxy.up)),
            asyncio.create_task(self._pump(self.far[0], self.near[1], self.proxy.down)),
        ]
        try:
            await asyncio.wait(ways)
        finally:
            for way in ways:
                way.cancel()
            self.abort()

    def abort(self) -> None:
        for _, writer in (self.near, self.far):
            writer.transport.abort()

    def strand(self) -> None:
        self.is_stranded = True
        self.far[1].transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way
    ) -> None:
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)
        sending = asyncio.create_task(self._send(line, sink, way))
        now = asyncio.get_running_loop().time
        try:
            with suppress(OSError):
                while data := await source.read(CHUNK):
                    if not self.is_stranded:
                        await line.put((now() + way.delay, data))
            if not (self.is_stranded and source is self.far[0]):
                await line.put((now() + way.delay, b""))
                await sending
        finally:
            sending.cancel()

    async def _send(
        self, line: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter, way: Way
    ) -> None:
        now = asyncio.get_running_loop().time
        with suppress(OSError):
            while True:
                due, data = await line.get()
                if (wait := due - now()) > 0:
                    await asyncio.sleep(wait)
                await way.flows.wait()
                if not data:
                    break
                if way.rate:
                    await self._trickle(data, sink, way)
                else:
                    sink.write(data)
                    await sink.drain()
        with suppress(OSError):
            sink.close()
        while not line.empty():
            line.get_nowait()

    async def _trickle(self, data: bytes, sink: asyncio.StreamWriter, way: Way) -> None:
        """At `rate` bytes a second, in steps of a twentieth of a second."""
        while data:
            size = max(1, int(way.rate / 20)) if way.rate else len(data)
            sink.write(data[:size])
            await sink.drain()
            data = data[size:]
            await asyncio.sleep(random.uniform(0.04, 0.06))
