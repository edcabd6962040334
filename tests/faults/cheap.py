"""A thousand pages in one process, as cheap as can be, so that they take no time from the server.

Reads commands, a line each, and answers each with a line of JSON. A page resumes from its cursor,
as htmx has it do, and notes every row that came against the order.
"""

import asyncio
import json
import random
import re
import sys
import time
from typing import Any

from tests.benchmarks.clients import PING, PONG, TEXT, frame

ROW = re.compile(rb'<article id="m(\d+)"')
CURSOR = re.compile(rb'id="cursor"[^>]*value="(\d+)"')
REPLACED = b'id="messages" hx-swap-oob="innerHTML"'
# As the page's own configuration has it (templates/_script.html).
DELAY, LONGEST, JITTER = 1.0, 7.0, 0.9


class CheapPage(asyncio.Protocol):
    """One page over all its connections."""

    def __init__(self, port: int, path: str, cookie: str) -> None:
        self.port, self.path, self.cookie = port, path, cookie
        self.cursor: bytes = b"0"
        self.row = 0
        self.disorder = 0
        self.live = self.is_over = False
        self.delay = DELAY

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, "127.0.0.1", self.port)
        except OSError:
            self.connection_lost(None)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.buffer, self.is_open = b"", False
        transport.write(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Version: 13\r\nCookie: {self.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data
        if not self.is_open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            self.is_open = b" 101 " in head
            if not self.is_open:
                self.transport.abort()
                return
            resume = {"type": "resume", "cursor": self.cursor.decode()}
            self.transport.write(frame(TEXT, json.dumps(resume).encode()))
        self.buffer = self._take_frames(data)

    def connection_lost(self, fault: Exception | None) -> None:
        """Come back as htmx does: after a second, two, four, eight, each with its jitter."""
        self.live = False
        if not self.is_over:
            wait = self.delay * (1 + random.uniform(-JITTER, JITTER))
            self.delay = min(self.delay * 2, LONGEST)
            loop = asyncio.get_running_loop()
            loop.call_later(wait, lambda: loop.create_task(self.connect()))

    def _take_frames(self, data: bytes) -> bytes:
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
        if opcode == PING:
            self.transport.write(frame(PONG, payload))
        if opcode != TEXT:
            return
        self.live, self.delay = True, DELAY
        if REPLACED in payload:
            self.row = 0
        for row in map(int, ROW.findall(payload)):
            self.disorder += bool(self.row) and row != self.row + 1
            self.row = row
        if found := CURSOR.findall(payload):
            self.disorder += int(found[-1]) < int(self.cursor)
            self.cursor = found[-1]


async def main() -> None:
    pages: list[CheapPage] = []
    lines = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().rstrip("\n"):
        match line.split("\t"):
            case ["open", count, ports, path, cookie]:
                turn = json.loads(ports)
                pages += [CheapPage(turn[n % len(turn)], path, cookie) for n in range(int(count))]
                await asyncio.gather(*(page.connect() for page in pages))
                answer = await back(pages, 0, 180)
            case ["cut"]:
                for page in pages:
                    page.transport.abort()
                    page.live = False
                answer = {}
            case ["back", version, seconds]:
                answer = await back(pages, int(version), float(seconds))
        print(json.dumps(answer), flush=True)


async def back(pages: list[CheapPage], version: int, seconds: float) -> dict[str, Any]:
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if all(page.live and int(page.cursor) >= version for page in pages):
            break
        await asyncio.sleep(0.02)
    return {
        "pages": len(pages),
        "live": sum(page.live and int(page.cursor) >= version for page in pages),
        "seconds": time.monotonic() - begin,
        "disorder": sum(page.disorder for page in pages),
    }


if __name__ == "__main__":
    asyncio.run(main())
