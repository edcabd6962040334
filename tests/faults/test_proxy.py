"""The bad line itself: it does what it is told, and mends."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.proxy import Proxy

pytestmark = pytest.mark.once

type Scene = Callable[[Proxy], Awaitable[None]]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def before_an_echo() -> AsyncIterator[Proxy]:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Proxy([server.sockets[0].getsockname()[1]]) as proxy:
        yield proxy


class Caller:
    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy

    async def __aenter__(self) -> "Caller":
        ends = await asyncio.open_connection("127.0.0.1", self.proxy.port)
        self.reader, self.writer = ends
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def say(self, words: bytes) -> None:
        self.writer.write(words)
        await self.writer.drain()

    async def hears(self, words: bytes, seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            assert await self.reader.readexactly(len(words)) == words

    async def hears_nothing(self) -> None:
        with pytest.raises(TimeoutError):
            await self.hears(b"x", seconds=0.2)

    async def is_cut(self) -> None:
        async with asyncio.timeout(5):
            with suppress(ConnectionError):
                assert await self.reader.read() == b""


def play(scene: Scene) -> None:
    async def in_front_of_an_echo() -> None:
        async with before_an_echo() as proxy:
            await scene(proxy)

    asyncio.run(in_front_of_an_echo())


def test_a_good_line_passes_everything_on() -> None:
    async def scene(proxy: Proxy) -> None:
        async with Caller(proxy) as caller:
            await caller.say(b"x" * 300_000)
            await caller.hears(b"x" * 300_000)

    play(scene)


def test_cut_connections_end_and_new_ones_are_taken() -> None:
    async def scene(proxy: Proxy) -> None:
        async with Caller(proxy) as one, Caller(proxy) as two:
            for caller in (one, two):
                await caller.say(b"a")
                await caller.hears(b"a")
            assert proxy.cut() == 2
            await one.is_cut()
            await two.is_cut()
        async with Caller(proxy) as three:
            await three.say(b"c")
            await three.hears(b"c")

    play(scene)


def test_a_blocked_line_takes_nobody_until_it_is_mended() -> None:
    async def scene(proxy: Proxy) -> None:
        proxy.block()
        async with Caller(proxy) as caller:
            await caller.is_cut()
        proxy.mend()
        async with Caller(proxy) as caller:
            await caller.say(b"a")
            await caller.hears(b"a")

    play(scene)


def test_what_a_black_hole_swallowed_arrives_when_it_is_mended() -> None:
    async def scene(proxy: Proxy) -> None:
        async with Caller(proxy) as caller:
            proxy.swallow()
            await caller.say(b"hello")
            await caller.hears_nothing()
            proxy.mend()
            await caller.hears(b"hello")

    play(scene)


def test_one_way_alone_can_be_silent() -> None:
    async def scene(proxy: Proxy) -> None:
        async with Caller(proxy) as caller:
            proxy.down.flows.clear()
            await caller.say(b"hello")
            await caller.hears_nothing()
            proxy.mend()
            await caller.hears(b"hello")

    play(scene)


def test_a_half_open_connection_is_silent_for_ever_and_does_not_end() -> None:
    async def scene(proxy: Proxy) -> None:
        async with Caller(proxy) as caller:
            await caller.say(b"a")
            await caller.hears(b"a")
            assert proxy.half_open() == 1
            await caller.say(b"anybody?")
            await caller.hears_nothing()

    play(scene)


def test_delay_and_rate_take_their_time() -> None:
    async def scene(proxy: Proxy) -> None:
        proxy.up.delay, proxy.down.rate = 0.2, 10_000
        async with Caller(proxy) as caller:
            began = time.monotonic()
            await caller.say(b"x" * 5_000)
            await caller.hears(b"x" * 5_000)
            assert time.monotonic() - began > 0.5

    play(scene)


def test_the_first_upstream_that_takes_it_has_the_connection() -> None:
    async def scene(proxy: Proxy) -> None:
        proxy.upstreams.insert(0, 1)
        for _ in range(4):
            async with Caller(proxy) as caller:
                await caller.say(b"a")
                await caller.hears(b"a")

    play(scene)
