"""SQLite, whose writers wait for each other."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator

from tests.faults.episode import Episode
from tests.faults.fault import EMBEDDED, fault
from tests.faults.kinds.postgresql import NO_DATABASE


@fault("another writer holds SQLite's lock", profiles=(EMBEDDED,), lasts=8.0, expected=NO_DATABASE)
async def locked(episode: Episode) -> AsyncIterator[None]:
    path = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()
