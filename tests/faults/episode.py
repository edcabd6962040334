"""One fault in the midst of a conversation, from the first word to the verdict."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults import database
from tests.faults.browsers import Browsers
from tests.faults.fault import Fault
from tests.faults.history import History, Outcome, Revocation, Usage
from tests.faults.invariants import (
    ALL_AGREE,
    Violation,
    catches_up,
    effects,
    first_send,
    grown,
    judge,
    stalest,
)
from tests.faults.readers import Reader, reconnects
from tests.faults.site import Site
from tests.faults.writers import Desk, Editor, FormWriter, SocketWriter, Writer

BEFORE, AFTER = 1.0, 2.5
SETTLE = 10.0
CAST = ["ann", "ben", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "jon"]


@dataclass(slots=True)
class Verdict:
    """A line of the table, and what was wrong."""

    fault: str
    profile: str
    operations: int
    acknowledged: int
    lost: int
    repeated: int
    reordered: int
    other: int
    recovery: float
    stalest: float
    reconnects: int
    violations: list[str] = field(default_factory=list)


class Episode:
    """Two rooms, one of them private, with their readers and writers, around one fault."""

    def __init__(
        self, site: Site, fault: Fault, seed: str, browsers: Browsers | None = None
    ) -> None:
        self.browsers = browsers
        self.site, self.fault, self.seed = site, fault, f"{seed} {fault.name}"
        self.history = History(seamless=fault.seamless)
        self.readers: list[Reader] = []
        self.writers: list[Writer] = []
        self.reading: list[asyncio.Task[None]] = []
        self.writing: list[asyncio.Task[None]] = []
        self.leaving = asyncio.Event()
        self.sessions: dict[str, str] = {}
        self.crowd_reconnects = 0

    async def run(self) -> Verdict:
        try:
            await self._set_up()
            await self._converse()
            await self._settle()
        finally:
            await self._clear()
        self.history.usage_after = await self._usage_at_rest()
        self._read_logs()
        return self._verdict()

    def desk(self, room: str) -> Desk:
        return Desk(room, self.site.desk, self.history.operations, self.seed, self.leaving)

    def read(self, person: str, room: str) -> Reader:
        """One more page of the room, open from here on."""
        name = f"{person} {len(self.readers) + 1}"
        args = (person, room, self.sessions[person], self.site.front, self.seed)
        reader = Reader(name, *args)
        self.readers.append(reader)
        self.history.streams.append(reader.stream)
        self.reading.append(asyncio.create_task(reader.run()))
        return reader

    def write(self, writer: Writer) -> Writer:
        """One more writer, from here on."""
        self.writers.append(writer)
        self.writing.append(asyncio.create_task(writer.run()))
        return writer

    async def until(self, condition: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        """Raises TimeoutError after `seconds`."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {seconds:.0f} s: {what}")
            await asyncio.sleep(0.02)

    def revoke(self, person: str, room: str = "", grace: float = 1.0) -> None:
        """From now on this person must hear nothing of the room, or of any."""
        self.history.revocations.append(Revocation(person, time.monotonic(), room, grace))

    async def _set_up(self) -> None:
        self.sessions = await database.ask(database.people, CAST)
        self.public = await database.ask(database.room, "commons", CAST)
        self.private = await database.ask(database.room, "attic", CAST, private=True)
        for person, room in zip(CAST, [self.public] * 4 + [self.private] * 2, strict=False):
            self.read(person, room)
        await asyncio.gather(*(reader.live.wait() for reader in self.readers))
        if self.browsers:
            people = {name: self.sessions[name] for name in ("cat", "dan")}
            await self.browsers.enter(self.public, people)
        self.history.usage_before = self.site.usage()

    async def _converse(self) -> None:
        session = self.sessions
        self.write(SocketWriter("ann", session["ann"], self.desk(self.public)))
        self.write(SocketWriter("ben", session["ben"], self.desk(self.private)))
        self.write(FormWriter("gus", session["gus"], self.desk(self.public)))
        self.write(Editor("hal", session["hal"], self.desk(self.public)))
        self.write(Editor("ida", session["ida"], self.desk(self.private)))
        await asyncio.sleep(BEFORE)
        self.history.began = time.monotonic()
        try:
            async with self.fault.strike(self):
                await asyncio.sleep(self.fault.lasts)
        except (AssertionError, OSError, TimeoutError) as stuck:
            self.history.stuck.append(f"{type(stuck).__name__}: {stuck}")
        self.history.ended = time.monotonic()
        rooms = [self.public, self.private]
        self.history.marks = await database.ask(database.versions, rooms)
        await asyncio.sleep(AFTER)
        self.leaving.set()

    async def _settle(self) -> None:
        """The writers finish; then every page comes to what the database has, or time is over."""
        await asyncio.gather(*self.writing)
        rooms = [self.public, self.private]
        wanted = await database.ask(database.versions, rooms)
        end = time.monotonic() + ALL_AGREE
        while not self._agree(wanted) and time.monotonic() < end:
            await asyncio.sleep(0.05)
            wanted = await database.ask(database.versions, rooms)
        for room in rooms:
            self.history.truths[room] = await database.ask(database.truth, room)
        if self.browsers:
            self.history.pages_differ = await self.browsers.differences()

    def _agree(self, wanted: dict[str, int]) -> bool:
        return all(
            stream.cursor == wanted[stream.room] or any(code >= 4000 for _, code in stream.closes)
            for stream in self.history.streams
        )

    async def _clear(self) -> None:
        tasks = [*self.reading, *self.writing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.browsers:
            await self.browsers.leave()

    async def _usage_at_rest(self) -> list[Usage]:
        end = time.monotonic() + SETTLE
        while grown(self.history.usage_before, found := self.site.usage()):
            if time.monotonic() > end:
                break
            await asyncio.sleep(0.2)
        return found

    def _read_logs(self) -> None:
        known = re.compile("|".join(self.fault.expected) or "(?!)")
        for process in self.site.processes:
            for logged in process.errors():
                if not known.search(f"{logged.logger}: {logged.text}"):
                    self.history.logged.append(logged)

    def _verdict(self) -> Verdict:
        history = self.history
        violations: list[Violation] = judge(history)
        counted = effects(violations)
        streams = [s for s in history.streams if not any(code >= 4000 for _, code in s.closes)]
        times = [catches_up(stream, history) for stream in streams] + [first_send(history)]
        known = [time for time in times if time is not None]
        acknowledged = [op for op in history.operations if op.outcome is Outcome.ACKNOWLEDGED]
        return Verdict(
            fault=self.fault.name,
            profile=self.site.profile,
            operations=len(history.operations),
            acknowledged=len(acknowledged),
            lost=counted["lost"],
            repeated=counted["repeated"],
            reordered=counted["reordered"],
            other=counted["other"],
            recovery=max(known, default=0.0),
            stalest=stalest(history),
            reconnects=reconnects(history.streams) + self.crowd_reconnects,
            violations=[str(violation) for violation in violations],
        )
