"""PostgreSQL gone, full, locked, far away."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack

import psycopg

from tests.faults.episode import Episode
from tests.faults.fault import SCALED, fault

# A request without a database fails, and says so where it was made.
NO_DATABASE = (
    r"OperationalError",
    r"django\.request: Service Unavailable",
    r"hubbub\.fault: ",
    r"PoolTimeout",
    r"InterfaceError",
    r"psycopg\.pool: ",
    r"AdminShutdown",
    r"CrashShutdown",
    r"before or while processing the request",
    r"terminating connection",
)
ONLY = (SCALED,)


@fault("PostgreSQL restarted, fast", profiles=ONLY, expected=NO_DATABASE, lasts=0.0)
async def restarted(episode: Episode) -> AsyncIterator[None]:
    await episode.site.stop_postgresql(signal.SIGINT)
    await episode.site.start_postgresql()
    yield


@fault("PostgreSQL restarted, immediate", profiles=ONLY, expected=NO_DATABASE, lasts=0.0)
async def crashed(episode: Episode) -> AsyncIterator[None]:
    await episode.site.stop_postgresql(signal.SIGQUIT)
    await episode.site.start_postgresql()
    yield


@fault("PostgreSQL's connections exhausted", profiles=ONLY, expected=NO_DATABASE, lasts=6.0)
async def exhausted(episode: Episode) -> AsyncIterator[None]:
    """Every connection is taken by somebody else, those of the processes too."""
    with ExitStack() as taken:
        await asyncio.to_thread(_take_all, taken)
        yield


@fault("a room's row locked for 10 s", profiles=ONLY, expected=NO_DATABASE, lasts=10.0)
async def locked(episode: Episode) -> AsyncIterator[None]:
    connection = await asyncio.to_thread(_connect)
    row = "SELECT 1 FROM rooms_room WHERE slug = %s FOR UPDATE"
    await asyncio.to_thread(connection.execute, row, [episode.public])
    yield
    await asyncio.to_thread(connection.rollback)
    await asyncio.to_thread(connection.close)


@fault("one process cut off from PostgreSQL", profiles=ONLY, expected=NO_DATABASE, lasts=6.0)
async def cut_off(episode: Episode) -> AsyncIterator[None]:
    line = episode.site.database_lines[0]
    line.block()
    yield
    line.mend()


@fault("the way to PostgreSQL a black hole", profiles=ONLY, expected=NO_DATABASE, lasts=5.0)
async def swallowed(episode: Episode) -> AsyncIterator[None]:
    for line in episode.site.database_lines:
        line.swallow()
    yield
    for line in episode.site.database_lines:
        line.mend()


@fault("PostgreSQL 40 ms away", profiles=ONLY)
async def far_away(episode: Episode) -> AsyncIterator[None]:
    for line in episode.site.database_lines:
        line.up.delay = line.down.delay = 0.02
    yield
    for line in episode.site.database_lines:
        line.mend()


def _connect() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"])


def _take_all(taken: ExitStack) -> None:
    url = os.environ["DATABASE_URL"]
    mine = taken.enter_context(psycopg.connect(url, autocommit=True))
    mine.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    try:
        while True:
            taken.enter_context(psycopg.connect(url, connect_timeout=5))
    except psycopg.OperationalError:
        pass
