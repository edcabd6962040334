"""The way between people and the site."""

import asyncio
from collections.abc import AsyncIterator

from tests.faults.episode import Episode
from tests.faults.fault import fault


@fault("every page cut off, once", lasts=1.0)
async def cut(episode: Episode) -> AsyncIterator[None]:
    episode.site.front.cut()
    episode.site.desk.cut()
    yield


@fault("pages cut off again and again", lasts=0.0, short=True)
async def cut_again(episode: Episode) -> AsyncIterator[None]:
    for _ in range(12):
        episode.site.front.cut()
        episode.site.desk.cut()
        await asyncio.sleep(0.3)
    yield


@fault("the way to the site blocked", lasts=4.0)
async def blocked(episode: Episode) -> AsyncIterator[None]:
    episode.site.front.block()
    episode.site.desk.block()
    yield
    episode.site.front.mend()
    episode.site.desk.mend()


@fault("the way to the site a black hole", lasts=6.0)
async def swallowed(episode: Episode) -> AsyncIterator[None]:
    episode.site.front.swallow()
    episode.site.desk.swallow()
    yield
    episode.site.front.mend()
    episode.site.desk.mend()


@fault("answers lost on the way", lasts=4.0)
async def one_way(episode: Episode) -> AsyncIterator[None]:
    """What people send arrives; what they are answered does not, and then all is cut."""
    episode.site.desk.down.flows.clear()
    yield
    episode.site.desk.cut()
    episode.site.desk.mend()


@fault("a line of 300 ms and 20 KB/s", lasts=4.0)
async def narrow(episode: Episode) -> AsyncIterator[None]:
    for line in (episode.site.front, episode.site.desk):
        line.up.delay = line.down.delay = 0.15
        line.down.rate = 20_000
    yield
    for line in (episode.site.front, episode.site.desk):
        line.mend()
