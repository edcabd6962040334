"""The Redis between processes, as seen from them: gone, silent, forgetful."""

import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import redis

from tests.faults.episode import Episode
from tests.faults.fault import SCALED, fault
from tests.faults.site import pid_of

# That the layer fails is said once by the bus, and by who asks whether a process is ready.
NO_LAYER = (
    r"hubbub\.(bus|fault): ",
    r"hubbub\.health: Not ready",
    r"django\.request: Service Unavailable: /readyz",
    r"channels_redis",
    r"Task exception was never retrieved.*(redis|Connection|Timeout)",
)
ONLY = (SCALED,)


@fault("Redis restarted", profiles=ONLY, expected=NO_LAYER, lasts=0.0)
async def restarted(episode: Episode) -> AsyncIterator[None]:
    await episode.site.stop_redis()
    await episode.site.start_redis()
    yield


@fault("Redis stopped for 30 s", profiles=ONLY, expected=NO_LAYER, lasts=30.0)
async def stopped(episode: Episode) -> AsyncIterator[None]:
    await episode.site.stop_redis()
    yield
    await episode.site.start_redis()


@fault("Redis frozen", profiles=ONLY, expected=NO_LAYER, lasts=8.0)
async def frozen(episode: Episode) -> AsyncIterator[None]:
    server = episode.site.redis
    assert server is not None
    os.kill(pid_of(server), signal.SIGSTOP)
    yield
    os.kill(pid_of(server), signal.SIGCONT)


@fault("Redis half-open", profiles=ONLY, expected=NO_LAYER, lasts=6.0)
async def half_open(episode: Episode) -> AsyncIterator[None]:
    """Redis has forgotten the connections, and the processes believe in them for ever."""
    for line in episode.site.layer_lines:
        line.half_open()
    yield


@fault("Redis's subscribers killed", profiles=ONLY, expected=NO_LAYER)
async def unsubscribed(episode: Episode) -> AsyncIterator[None]:
    ask(episode, lambda client: client.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))
    yield


@fault("Redis flushed", profiles=ONLY, expected=NO_LAYER)
async def flushed(episode: Episode) -> AsyncIterator[None]:
    ask(episode, lambda client: client.flushall())
    yield


@fault("one process cut off from Redis", profiles=ONLY, expected=NO_LAYER, lasts=6.0, short=True)
async def cut_off(episode: Episode) -> AsyncIterator[None]:
    line = episode.site.layer_lines[0]
    line.block()
    yield
    line.mend()


@fault("the way to Redis a black hole", profiles=ONLY, expected=NO_LAYER, lasts=7.0)
async def swallowed(episode: Episode) -> AsyncIterator[None]:
    for line in episode.site.layer_lines:
        line.swallow()
    yield
    for line in episode.site.layer_lines:
        line.mend()


def ask(episode: Episode, command: Callable[[Any], Any]) -> None:
    server = episode.site.redis
    assert server is not None
    with redis.Redis.from_url(server.url) as client:
        command(client)
