"""Clients that vanish, repeat themselves, do not read, or all come at once."""

from collections.abc import AsyncIterator

from tests.faults.crowd import Crowd
from tests.faults.episode import Episode
from tests.faults.fault import fault
from tests.faults.readers import open_socket
from tests.faults.writers import Deserter, Multiplier


@fault("the client gone right after its POST", short=True)
async def deserted(episode: Episode) -> AsyncIterator[None]:
    for person in ("jon", "fay"):
        desk = episode.desk(episode.public)
        episode.write(Deserter(person, episode.sessions[person], desk))
    yield


@fault("one nonce ten times at once", short=True)
async def multiplied(episode: Episode) -> AsyncIterator[None]:
    """To every process there is; all ten are acknowledged."""
    ports = [process.port for process in episode.site.processes]
    desk = episode.desk(episode.public)
    episode.write(Multiplier("jon", episode.sessions["jon"], desk, ports))
    yield


@fault("a slow reader and one that never reads", lasts=5.0)
async def unread(episode: Episode) -> AsyncIterator[None]:
    """The slow one is a reader like all others; the other one only takes a connection."""
    port = episode.site.processes[0].port
    deaf = await open_socket(port, episode.public, episode.sessions["jon"])
    await deaf.send('{"type": "resume", "cursor": "0"}')
    deaf.transport.pause_reading()
    episode.site.front.down.rate = 8_000
    yield
    episode.site.front.mend()
    deaf.transport.abort()


# A loop that is late by seconds takes a publish for one that hangs, and heals what it gave up.
LATE = (r"hubbub\.fault: Events are not taken in time",)


@fault("a thousand joins at once", lasts=2.0, expected=LATE)
async def joined(episode: Episode) -> AsyncIterator[None]:
    """Twice: what Python keeps of the first thousand must be enough for the second."""
    async with Crowd(episode.site, episode.public, episode.sessions["jon"]) as crowd:
        await crowd.open(1_000)
    episode.history.usage_before = episode.site.usage()
    async with Crowd(episode.site, episode.public, episode.sessions["jon"]) as crowd:
        await crowd.open(1_000)
        yield


@fault("a reconnect storm", lasts=1.0, expected=LATE)
async def stormed(episode: Episode) -> AsyncIterator[None]:
    """Two hundred pages, all cut off at once, three times."""
    async with Crowd(episode.site, episode.public, episode.sessions["jon"]) as crowd:
        await crowd.open(200)
        for _ in range(3):
            await crowd.cut()
            await crowd.wait_until_back(seconds=60)
            episode.crowd_reconnects += 200
        yield
