"""Read marks on their way from open pages to the database: gathered, and written together.

Each reader of a busy room sees each message; a query for each would cost more than the message.
"""

import asyncio
from collections.abc import Awaitable, Callable

from rooms.models.members import Seen
from rooms.realtime.fault import Fault

EVERY = 0.3  # seconds

unread = Fault("What people have read cannot be stored; it is tried again")


class Reading:
    """What the pages of this process have shown since the last time it was written.

    `write` stores marks, from which it never moves one back.
    """

    def __init__(self, write: Callable[[list[Seen]], Awaitable[None]]) -> None:
        self.loop = asyncio.get_running_loop()
        self._write = write
        self._seen: dict[tuple[int, int], int] = {}
        self._writing: asyncio.Task[None] | None = None

    def saw(self, room_pk: int, user_pk: int, seq: int) -> None:
        """A page of this person has shown this message of the room."""
        key = room_pk, user_pk
        self._seen[key] = max(seq, self._seen.get(key, 0))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._seen:
            await asyncio.sleep(EVERY)
            seen, self._seen = self._seen, {}
            try:
                await self._write(sorted((*key, seq) for key, seq in seen.items()))
                unread.over()
            except Exception:
                unread.shows()
                for key, seq in seen.items():
                    self._seen[key] = max(seq, self._seen.get(key, 0))
