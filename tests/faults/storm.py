"""A thousand pages cut off at once: how long until all are back and whole, and what it costs."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from tests.faults import database
from tests.faults.crowd import Crowd
from tests.faults.history import Operation
from tests.faults.site import Site
from tests.faults.writers import Desk, FormWriter

MINUTE = 60.0
NAMES = ["ann", "ben"]


@dataclass(slots=True)
class Storm:
    """Seconds until all were back, all of them whole and in order; megabytes of the processes."""

    pages: int
    joined: float
    back: float
    before: int
    open: int
    peak: int
    minute_after: int


async def storm(site: Site, pages: int) -> Storm:
    """Cut off `pages` pages while somebody writes. Raises AssertionError if one is not whole."""
    sessions = await database.ask(database.people, NAMES)
    room = await database.ask(database.room, "square", NAMES)
    operations: list[Operation] = []
    leaving = asyncio.Event()
    writer = FormWriter("ann", sessions["ann"], Desk(room, site.desk, operations, "storm", leaving))
    before = memory(site)
    watch = Watch(site)
    async with Crowd(site, room, sessions["ben"]) as crowd:
        joined = (await crowd.open(pages))["seconds"]
        open_now = memory(site)
        writing = asyncio.create_task(writer.run())
        await asyncio.sleep(2)
        await crowd.cut()
        back = (await crowd.wait_until_back())["seconds"]
        leaving.set()
        await writing
        version = (await database.ask(database.versions, [room]))[room]
        await crowd.wait_until_back(version)
    await asyncio.sleep(MINUTE)
    peak = await watch.end()
    return Storm(pages, joined, back, before, open_now, peak, memory(site))


def memory(site: Site) -> int:
    return sum(usage.held.get("memory MB", 0) for usage in site.usage())


class Watch:
    """The most memory that was held since it began."""

    def __init__(self, site: Site) -> None:
        self.peak = 0
        self.site = site
        self.task = asyncio.create_task(self._look())

    async def end(self) -> int:
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task
        return self.peak

    async def _look(self) -> None:
        begin = time.monotonic()
        while time.monotonic() - begin < 600:
            self.peak = max(self.peak, memory(self.site))
            await asyncio.sleep(0.1)
