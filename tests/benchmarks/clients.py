"""Many sockets in one process, as cheap as can be, so that they take no time from the server.

Reads one line of JSON (see `Crowd.open`), then commands, a line each, and answers each with a line
of JSON: `begin` counts anew, `count` says what came since, `post RATE SECONDS` answers once these
messages are sent.
"""

import asyncio
import base64
import json
import os
import re
import sys
import time
from array import array
from typing import Any

ARTICLE = b"<article"
STAMP = re.compile(rb"sent-at-([0-9]+)-")
MASK = b"\0\0\0\0"
TEXT, PING, PONG = 1, 9, 10


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame; its mask of zeros is allowed and saves work here."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < 126:
        return head + bytes([0x80 | size]) + MASK + payload
    return head + b"\xfe" + size.to_bytes(2) + MASK + payload


class Client(asyncio.Protocol):
    """One socket; what comes is counted in its crowd."""

    def __init__(self, crowd: "Crowd", cookie: str) -> None:
        self.crowd, self.cookie = crowd, cookie
        self.buffer = b""
        self.open = False
        self.ready = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.crowd.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.crowd.port}\r\n"
            f"Origin: http://127.0.0.1:{self.crowd.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data
        if not self.open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            assert b" 101 " in head, head
            self._opened()
        self.buffer = self._take_frames(data)

    def connection_lost(self, fault: Exception | None) -> None:
        self.crowd.lost += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"closed before it was ready: {fault}"))

    def _opened(self) -> None:
        self.open = True
        if self.crowd.greeting:
            self.transport.write(frame(TEXT, self.crowd.greeting.encode()))
        else:
            self.ready.set_result(None)

    def _take_frames(self, data: bytes) -> bytes:
        """Takes whole frames off `data` and returns what is left."""
        while len(data) >= 2:
            size, start = data[1], 2
            if size >= 126:
                start = 4 if size == 126 else 10
                size = int.from_bytes(data[2:start])
            if len(data) < start + size:
                break
            self._take(data[0] & 15, data[start : start + size])
            data = data[start + size :]
        return data

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.crowd.count(payload)
            if not self.ready.done():
                self.ready.set_result(None)
        elif opcode == PING:
            self.transport.write(frame(PONG, payload))


class Crowd:
    """All sockets of this process, and what came to them."""

    port: int
    path: str
    greeting: str
    articles: int
    frames: int
    lost: int
    latencies: array[float]

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.begin()

    async def open(self, port: int, path: str, greeting: str, cookies: list[str]) -> None:
        """Join with each of the cookies, a few at a time; `greeting` is sent once joined."""
        self.port, self.path, self.greeting = port, path, greeting
        for start in range(0, len(cookies), 20):
            group = [await self._connect(cookie) for cookie in cookies[start : start + 20]]
            await asyncio.wait_for(asyncio.gather(*(client.ready for client in group)), 60)

    def count(self, payload: bytes) -> None:
        articles = payload.count(ARTICLE)
        if articles:
            now = time.monotonic_ns()
            self.frames += 1
            self.articles += articles
            for stamp in STAMP.findall(payload):
                self.latencies.append((now - int(stamp)) / 1e6)

    def counted(self) -> dict[str, Any]:
        """What came since `begin`; p50 and p99 from sending to seeing, in ms."""
        found = {"articles": self.articles, "frames": self.frames, "lost": self.lost}
        latencies = sorted(self.latencies) or [0.0]
        return found | {f"p{n}": latencies[len(latencies) * n // 100] for n in (50, 99)}

    def begin(self) -> dict[str, Any]:
        self.articles = self.frames = self.lost = 0
        self.latencies = array("d")
        return {}

    async def post(self, rate: float, seconds: float) -> dict[str, Any]:
        """Post so many messages a second, on the beat, each from the next socket."""
        begin, total = time.monotonic(), int(rate * seconds)
        for number in range(total):
            await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))
            client = self.clients[number % len(self.clients)]
            text = f"sent-at-{time.monotonic_ns()}- The kettle is on, who is coming over?"
            command = json.dumps({"message": text, "nonce": f"{begin}-{number}"})
            if not client.transport.is_closing():
                client.transport.write(frame(TEXT, command.encode()))
        return {"posted": total, "took": time.monotonic() - begin}

    async def _connect(self, cookie: str) -> Client:
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(
            lambda: Client(self, cookie), "127.0.0.1", self.port
        )
        self.clients.append(client)
        return client


async def main() -> None:
    crowd = Crowd()
    lines = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await crowd.open(**json.loads(await lines.readline()))
    print(json.dumps("ready"), flush=True)
    while command := (await lines.readline()).decode().split():
        match command:
            case ["begin"]:
                answer = crowd.begin()
            case ["count"]:
                answer = crowd.counted()
            case ["post", rate, seconds]:
                answer = await crowd.post(float(rate), float(seconds))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
