"""What the two channel layers on Redis do with an event between two processes: see ADR 2 and 11.

Both ends are in this process, each with a layer, connections and a loop's task of its own.
"""

import asyncio
import atexit
import statistics
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis.asyncio
from channels_redis.core import RedisChannelLayer
from channels_redis.pubsub import RedisPubSubChannelLayer

from tests.benchmarks.table import show
from tests.servers import start_redis

LAYERS: dict[str, Callable[..., Any]] = {
    "pub/sub": RedisPubSubChannelLayer,
    "core": RedisChannelLayer,
}
GROUP = "hubs"
EVENTS = 2_000
BURST = 1_000
BUSY = 1.0
PATIENCE = 10.0
BODY = "x" * 300
HEAD = (
    "layer", "CPU µs an event", "p50 ms", "p99 ms", "heard of a burst", "in order",
    "receive raises when cut", "heard again after s",
)  # fmt: skip


def run(options: Namespace) -> None:
    server = start_redis(Path(tempfile.mkdtemp(prefix="hubbub-layers-")) / "redis")
    atexit.register(server.stop)
    rows = [[name, *asyncio.run(measure(make, server.url))] for name, make in LAYERS.items()]
    show(f"Events of {len(BODY)} bytes from one process to another", HEAD, rows)


async def measure(make: Callable[..., Any], url: str) -> list[str]:
    """One line of the table: at leisure, in a burst, after its connections were cut."""
    here, there = make(hosts=[url]), make(hosts=[url])
    channel = await there.new_channel()
    await there.group_add(GROUP, channel)
    await one_by_one(here, there, channel, 100)  # warms up
    cpu = time.process_time()
    delays = await one_by_one(here, there, channel, EVENTS)
    cpu = time.process_time() - cpu
    heard = await burst(here, there, channel)
    raised, again = await cut(here, there, channel, url)
    return [
        f"{1e6 * cpu / EVENTS:.0f}",
        f"{1e3 * statistics.median(delays):.2f}",
        f"{1e3 * statistics.quantiles(delays, n=100)[-1]:.2f}",
        f"{len(heard)} of {BURST}",
        "yes" if heard == sorted(heard) else "no",
        raised,
        again,
    ]


async def one_by_one(here: Any, there: Any, channel: str, count: int) -> list[float]:
    """Seconds until each event was heard, the next one sent after it."""
    delays = []
    for number in range(count):
        begun = time.perf_counter()
        await send(here, number)
        async with asyncio.timeout(PATIENCE):
            await there.receive(channel)
        delays.append(time.perf_counter() - begun)
    return delays


async def burst(here: Any, there: Any, channel: str) -> list[int]:
    """What is heard of a burst by a process that is busy with other things meanwhile."""
    for number in range(BURST):
        await send(here, number)
    await asyncio.sleep(BUSY)
    heard: list[int] = []
    with suppress(TimeoutError):
        while len(heard) < BURST:
            async with asyncio.timeout(1):
                heard.append((await there.receive(channel))["number"])
    return heard


async def cut(here: Any, there: Any, channel: str, url: str) -> tuple[str, str]:
    """Redis drops every connection while somebody listens: the error, and seconds until heard."""
    listening = asyncio.create_task(there.receive(channel))
    await asyncio.sleep(0.2)
    admin = redis.asyncio.from_url(url)
    for kind in ("normal", "pubsub"):
        await admin.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")  # type: ignore[no-untyped-call]
    await admin.aclose()
    begun, raised = time.monotonic(), "no"
    while time.monotonic() - begun < PATIENCE:
        with suppress(Exception):
            await send(here, 0)
        await asyncio.wait([listening], timeout=0.05)
        if listening.done():
            if listening.exception() is None:
                return raised, f"{time.monotonic() - begun:.1f}"
            raised = type(listening.exception()).__name__
            listening = asyncio.create_task(there.receive(channel))
    listening.cancel()
    return raised, f"not in {PATIENCE:.0f}"


async def send(layer: Any, number: int) -> None:
    await layer.group_send(GROUP, {"type": "hub.event", "number": number, "body": BODY})
