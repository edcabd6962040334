"""The feed by itself: whatever the layer does, each socket gets each change once, in order."""

import asyncio
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.realtime.feed import RING, Feed
from rooms.realtime.socket import Socket


class Room:
    """A room whose every change reads as its own version."""

    def __init__(self) -> None:
        self.version = 0
        self.reads = 0
        self.feed = Feed(1, self.catch_up)
        self.feed.coalesce = self.feed.patience = 0.0
        self.pages: list[Page] = []

    async def catch_up(self, _: int, since: int) -> tuple[str, int]:
        self.reads += 1
        upto = self.version
        await asyncio.sleep(0)
        return "".join(f"<{v}>" for v in range(since + 1, upto + 1)), upto

    def change(self) -> int:
        self.version += 1
        return self.version

    def hint(self, version: int) -> None:
        self.feed.accept(version, f"<{version}>")

    async def settle(self) -> None:
        """What the tick does, until nothing moves any more."""
        for _ in range(50):
            if self.feed.version is not None and self.feed.version < self.version:
                self.feed.heal("tick")
            await asyncio.sleep(0.001)


class Page:
    """A page that shows the room as it was at `cursor`, and what it was sent since."""

    def __init__(self, room: Room, cursor: int) -> None:
        self.room, self.cursor, self.text = room, cursor, ""
        self.socket = Socket(self.take, 1, "alice", "Alice", None, 1)
        room.feed.sockets.add(self.socket)
        room.pages.append(self)

    async def take(self, message: dict[str, Any]) -> None:
        self.text += message["text"]
        await asyncio.sleep(0)

    @property
    def seen(self) -> list[int]:
        return [int(v) for v in re.findall(r"<(\d+)>", self.text)]

    @property
    def cursors(self) -> list[int]:
        return [int(v) for v in re.findall(r'value="(\d+)"', self.text)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.sampled_from(["told", "lost", "late", "twice"])),
        st.tuples(st.just("join"), st.integers(0, 8)),
        st.tuples(st.just("leave"), st.integers(0, 8)),
        st.tuples(st.just("rest"), st.integers(0, 3)),
    ),
    max_size=40,
)


@settings(max_examples=75, deadline=None)
@given(STEPS)
def test_any_interleaving_gives_each_page_every_change_once_and_in_order(
    steps: list[tuple[str, Any]],
) -> None:
    asyncio.run(live_through(steps))


async def live_through(steps: list[tuple[str, Any]]) -> None:
    room, late, tasks, gone = Room(), [], [], set()
    room.feed.open(0)
    for doing, what in steps:
        if doing == "change":
            version = room.change()
            for _ in range({"told": 1, "twice": 2}.get(what, 0)):
                room.hint(version)
            late += [version] if what == "late" else []
        elif doing == "join":
            page = Page(room, max(0, room.version - what))
            tasks.append(asyncio.create_task(room.feed.resume(page.socket, page.cursor)))
        elif doing == "leave" and what < len(room.pages):
            gone.add(room.pages[what])
            room.pages[what].socket.is_open = False
            room.feed.forget(room.pages[what].socket)
        else:
            for _ in range(what):
                await asyncio.sleep(0)
    for version in reversed(late):
        room.hint(version)
    await asyncio.gather(*tasks)
    await room.settle()
    assert all(socket.is_open for socket in room.feed.live)
    for page in room.pages:
        expected = list(range(page.cursor + 1, room.version + 1))
        assert page.seen == (expected[: len(page.seen)] if page in gone else expected)
        assert page.cursors == sorted(set(page.cursors))
        if page.cursors and page not in gone:
            assert page.cursors[-1] == room.version


def test_a_gap_is_healed_by_one_read_for_all_pages() -> None:
    async def scene() -> Room:
        room = Room()
        room.feed.open(0)
        pages = [Page(room, 0) for _ in range(20)]
        for page in pages:
            await room.feed.resume(page.socket, 0)
        room.change(), room.change()
        room.hint(2)
        await room.settle()
        return room

    room = asyncio.run(scene())
    assert room.reads == 1
    assert all(page.seen == [1, 2] for page in room.pages)


def test_many_pages_that_come_back_at_once_share_one_read() -> None:
    async def scene() -> Room:
        room = Room()
        room.version = 9
        room.feed.open(9)
        pages = [Page(room, 4) for _ in range(50)]
        await asyncio.gather(*(room.feed.resume(page.socket, 4) for page in pages))
        return room

    room = asyncio.run(scene())
    assert room.reads == 1
    assert all(page.seen == [5, 6, 7, 8, 9] for page in room.pages)


def test_recent_changes_come_from_memory_and_older_ones_from_the_database() -> None:
    async def scene() -> tuple[Room, Page, Page]:
        room = Room()
        room.feed.open(0)
        for _ in range(RING + 10):
            room.hint(room.change())
        near, far = Page(room, RING), Page(room, 3)
        await room.feed.resume(near.socket, RING)
        reads = room.reads
        await room.feed.resume(far.socket, 3)
        assert (reads, room.reads) == (0, 1)
        return room, near, far

    room, near, far = asyncio.run(scene())
    assert near.seen == list(range(RING + 1, room.version + 1))
    assert far.seen == list(range(4, room.version + 1))


def test_changes_that_come_together_travel_together() -> None:
    async def scene() -> list[str]:
        room, frames, both = Room(), [], asyncio.Event()
        room.feed.coalesce = 0.05
        room.feed.open(0)
        page = Page(room, 0)

        async def take(message: dict[str, Any]) -> None:
            frames.append(message["text"])
            if len(frames) == 2:
                both.set()

        page.socket.transmit = take
        await room.feed.resume(page.socket, 0)
        room.hint(room.change())
        await asyncio.sleep(0)
        for _ in range(9):
            room.hint(room.change())
        await asyncio.wait_for(both.wait(), 20)
        return frames

    frames = asyncio.run(scene())
    assert len(frames) == 2
    assert frames[0].startswith("<1><input")
    assert frames[1].startswith("<2><3>")
    assert frames[1].count("<input") == 1


def test_a_page_that_cannot_be_brought_in_step_is_sent_away_to_come_back() -> None:
    async def scene() -> tuple[Page, list[dict[str, Any]]]:
        room, sent = Room(), []
        room.feed.open(0)
        page = Page(room, 0)

        async def take(message: dict[str, Any]) -> None:
            sent.append(message)

        async def fail(_: int, since: int) -> tuple[str, int]:
            raise OSError("the database is gone")

        page.socket.transmit = take
        await room.feed.resume(page.socket, 0)
        room.feed._catch_up = fail
        page.socket.sent = -5  # as if it had been sent something else than the others
        room.hint(room.change())
        await room.settle()
        return page, sent

    page, sent = asyncio.run(scene())
    assert sent[-1] == {"type": "websocket.close", "code": 1000}
    assert not page.socket.is_open


def test_what_a_frame_brings_or_changes_is_changed_again_by_the_next() -> None:
    """htmx looks up all that a frame replaces before it replaces the first."""

    async def scene() -> list[str]:
        room, frames = Room(), []
        room.feed.open(0)
        stays = Page(room, 0)
        await room.feed.resume(stays.socket, 0)
        changes = [
            '<b id="m1">',
            '<b id="m2">',
            '<b id="m1">edited',
            '<b id="m1">gone',
            '<b id="s">',
        ]
        for html in changes:
            room.feed.accept(room.change(), html)
        late = Page(room, 0)

        async def take(message: dict[str, Any]) -> None:
            frames.append(message["text"])

        late.socket.transmit = take
        await room.feed.resume(late.socket, 0)
        await room.settle()
        assert stays.cursors == [2, 3, 5]
        return frames

    frames = asyncio.run(scene())
    assert [frame.partition("<input")[0] for frame in frames] == [
        '<b id="m1"><b id="m2">',
        '<b id="m1">edited',
        '<b id="m1">gone<b id="s">',
    ]
