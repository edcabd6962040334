"""The hub by itself, before another database: whatever befalls it, each page is given its due."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.realtime import hub as module
from rooms.realtime.events import CHANGE, ENDED, SIGNED_OUT
from rooms.realtime.feed import Feed
from rooms.realtime.history import Standing
from rooms.realtime.hub import Hub
from rooms.realtime.socket import Socket

ROOMS = (1, 2)
PEOPLE = (1, 2, 3)


class Database:
    """Two rooms whose every change reads as its own number, and who may not read or is not in."""

    def __init__(self) -> None:
        self.version = dict.fromkeys(ROOMS, 0)
        self.removed: set[tuple[int, int]] = set()
        self.signed_out: set[str | None] = set()

    def catch_up(self, room_pk: int, since: int) -> tuple[str, int]:
        upto = self.version[room_pk]
        return "".join(f"<{room_pk}:{v}>" for v in range(since + 1, upto + 1)), upto

    def versions(self, room_pks: Iterable[int]) -> dict[int, int]:
        return {pk: self.version[pk] for pk in room_pks}

    def standings(self, asked: set[tuple[int, int, str]]) -> dict[tuple[int, int, str], Standing]:
        left = {one for one in asked if one[:2] not in self.removed}
        return dict.fromkeys(left, Standing("", None, writes=True))

    def still_signed_in(self, session_keys: set[str | None]) -> set[str | None]:
        return session_keys - self.signed_out


class Page:
    """Somebody's page of a room, as it was at `cursor`; `limit` is where its right ended."""

    def __init__(self, user: int, room: int, cursor: int) -> None:
        self.user, self.room, self.cursor = user, room, cursor
        self.text = ""
        self.codes: list[int] = []
        self.gone = False
        self.resuming: asyncio.Task[None] | None = None
        self.limit: int | None = None
        key = f"session-{user}"
        self.socket = Socket(self.take, user, f"user{user}", f"User {user}", key, room)

    async def take(self, message: dict[str, Any]) -> None:
        self.text += message.get("text", "")
        self.codes += [message["code"]] if "code" in message else []
        await asyncio.sleep(0)

    @property
    def seen(self) -> list[tuple[int, int]]:
        return [(int(r), int(v)) for r, v in re.findall(r"<(\d+):(\d+)>", self.text)]


@pytest.fixture(autouse=True, scope="module")
def before_another_database() -> Iterator[None]:
    """The hub asks another database, through no thread, and waits for no clock."""

    def in_pool(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
        async def run(*args: Any) -> Any:
            await asyncio.sleep(0)
            found = function(*args)
            await asyncio.sleep(0)
            return found

        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "in_pool", in_pool)
        patch.setattr(module, "TICK", 0)
        patch.setattr(Feed, "coalesce", 0.0)
        patch.setattr(Feed, "patience", 0.0)
        yield


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("change"),
            st.sampled_from(ROOMS),
            st.sampled_from(["told", "lost", "late", "twice"]),
        ),
        st.tuples(st.just("join"), st.sampled_from(ROOMS), st.integers(0, 6)),
        st.tuples(st.just("resume"), st.integers(0, 6), st.just(0)),
        st.tuples(st.just("leave"), st.integers(0, 6), st.just(0)),
        st.tuples(st.just("remove"), st.sampled_from(PEOPLE), st.sampled_from(["told", "lost"])),
        st.tuples(st.just("sign out"), st.sampled_from(PEOPLE), st.sampled_from(["told", "lost"])),
        st.tuples(st.just("tick"), st.just(0), st.just(0)),
        st.tuples(st.just("rest"), st.integers(0, 4), st.just(0)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_interleaving_gives_each_page_its_rooms_changes_once_and_in_order(
    steps: list[tuple[str, Any, Any]],
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        database = Database()
        patch.setattr(module, "history", database)
        patch.setattr(module, "still_signed_in", database.still_signed_in)
        asyncio.run(Scene(database).play(steps))


class Scene:
    """A hub whose own tasks are stopped, so that everything happens when a step says so."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pages: list[Page] = []
        self.late: list[dict[str, Any]] = []

    async def play(self, steps: list[tuple[str, Any, Any]]) -> None:
        self.hub = Hub()
        for task in self.hub.tasks:
            task.cancel()
        for doing, what, how in steps:
            await getattr(self, f"_{doing.replace(' ', '_')}")(what, how)
        await self._settle()
        for page in self.pages:
            self._judge(page)

    async def _change(self, room: int, how: str) -> None:
        self.database.version[room] += 1
        version = self.database.version[room]
        event = {"event": CHANGE, "room": room, "version": version, "html": f"<{room}:{version}>"}
        for _ in range({"told": 1, "twice": 2}.get(how, 0)):
            await self.hub.hear(event)
        self.late += [event] if how == "late" else []

    async def _join(self, room: int, behind: int) -> None:
        user = PEOPLE[len(self.pages) % len(PEOPLE)]
        page = Page(user, room, max(0, self.database.version[room] - behind))
        self.pages.append(page)
        await self.hub.join(page.socket)
        await self.hub.recheck([page.socket])

    async def _resume(self, number: int, _: int) -> None:
        if number < len(waiting := self._waiting()):
            page = waiting[number]
            page.resuming = asyncio.create_task(self.hub.resume(page.socket, page.cursor))

    def _waiting(self) -> list[Page]:
        return [page for page in self.pages if page.resuming is None]

    async def _leave(self, number: int, _: int) -> None:
        if number < len(self.pages):
            self.pages[number].gone = True
            self.hub.leave(self.pages[number].socket)

    async def _remove(self, user: int, how: str) -> None:
        """From room 1; nothing of it is for this person from here on, once the hub has heard."""
        self.database.removed.add((user, 1))
        if how == "told":
            await self.hub.hear({"event": ENDED, "room": 1, "user": user, "notice": "Go."})
            self._limit(lambda page: (page.user, page.room) == (user, 1))

    async def _sign_out(self, user: int, how: str) -> None:
        self.database.signed_out.add(f"session-{user}")
        if how == "told":
            await self.hub.hear({"event": SIGNED_OUT, "session": f"session-{user}"})
            self._limit(lambda page: page.user == user)

    async def _tick(self, *_: int) -> None:
        await self.hub._tick()

    async def _rest(self, count: int, _: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    def _limit(self, whose: Callable[[Page], bool]) -> None:
        for page in filter(whose, self.pages):
            page.limit = len(page.text) if page.limit is None else page.limit

    async def _settle(self) -> None:
        """What was late comes last first; every page resumes; then ticks until nothing moves."""
        for event in reversed(self.late):
            await self.hub.hear(event)
        while self._waiting():
            await self._resume(0, 0)
        await asyncio.gather(*(page.resuming for page in self.pages if page.resuming))
        for _ in range(12):
            await self.hub._tick()
            await asyncio.sleep(0.001)

    def _judge(self, page: Page) -> None:
        version = self.database.version[page.room]
        due = [(page.room, number) for number in range(page.cursor + 1, version + 1)]
        assert page.seen == due[: len(page.seen)]
        if page.limit is not None:
            assert len(page.text) == page.limit
        barred = (page.user, page.room) in self.database.removed
        signed_out = page.socket.session_key in self.database.signed_out
        if page.gone:
            assert page.socket not in self.hub.sockets
        elif barred or signed_out:
            assert page.codes in ([4401], [4403])
        else:
            assert page.seen == due
            assert page.codes == []
