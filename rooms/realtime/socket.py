"""One open page, as the hub knows it."""

import logging
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from rooms import metrics
from rooms.sidebar import Label, Mark, mentions, needs

log = logging.getLogger("hubbub.hub")

COME_BACK = 1000  # a code that the page retries, and one of the few that autobahn lets through
TERM = 4 * 3600, 6 * 3600  # seconds; spread, so that what came at once does not return at once
SILENT = 75.0  # seconds without a report of a page that gave some: frozen, or its line is dead
BEHIND = 45.0  # seconds in which a page takes in what it was sent

Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Socket:
    """A socket, whose it is, and what it has been sent.

    `language` is what its page is in. `rooms` maps the primary key of each room in the page's
    sidebar to where it stands, `shown` to what the page says of it; so many mentions wait `outside`
    of them. `title` is what the page is called, `inbox` the digest of the list of mentions that it
    shows, if it shows one. `sent` is the room version that the page was brought to. A page of ours
    reports now and then which one it shows: `reported_at` is when, and `due` what it should show by
    when. `standing` is what it was told that its reader may do in the room, `writes` whether to
    write, `moderates` whether to moderate. `desk` is what a page of the site's reports was told of
    them, None on all others.
    """

    transmit: Send
    user_pk: int
    username: str
    name: str
    session_key: str | None
    room_pk: int | None = None
    language: str = field(default_factory=get_language)
    sent: int = 0
    standing: str = ""
    writes: bool = False
    moderates: bool = False
    desk: str | None = None
    rooms: dict[int, Mark] = field(default_factory=dict)
    shown: dict[int, Label] = field(default_factory=dict)
    outside: int = 0
    inbox: str | None = None
    title: str = ""
    is_open: bool = True
    is_confirmed: bool = False
    term: float = field(default_factory=lambda: time.monotonic() + random.uniform(*TERM))  # noqa: S311
    reported_at: float | None = None
    due: tuple[int, float] | None = None

    @property
    def needs(self) -> str:
        return needs(self.shown.values(), self.outside)

    @property
    def mentions(self) -> str:
        return mentions(self.shown.values(), self.outside)

    def report(self, version: int) -> None:
        """The page says which version it shows."""
        self.reported_at = time.monotonic()
        if self.due is None or version >= self.due[0]:
            self.due = (self.sent, self.reported_at + BEHIND)

    def is_over(self, now: float) -> bool:
        """Whether its term has ended, or its page does not take in what it is sent."""
        if self.reported_at is None:
            return now > self.term
        late = self.due is not None and now > self.due[1] and self.reported_at > self.due[1]
        return late or now > self.reported_at + SILENT or now > self.term

    @staticmethod
    def text(html: str) -> dict[str, Any]:
        """A frame as an ASGI message, made once for all the sockets that it goes to."""
        return {"type": "websocket.send", "text": html}

    async def send(self, html: str) -> None:
        await self.deliver(self.text(html))

    async def deliver(self, message: dict[str, Any]) -> None:
        """Hand a message to the server. A socket that is gone is closed here, and no error."""
        if self.is_open:
            try:
                await self.transmit(message)
            except Exception as fault:
                self.is_open = False
                log.debug("A socket was gone: %s", fault)

    async def close(self, code: int, html: str = "") -> None:
        """Say a last word, close with `code`, and send nothing ever after.

        Codes from 4000 on are final for the page; after COME_BACK it returns by itself.
        """
        if not self.is_open:
            return
        self.is_open = False  # at once: nobody else may have the word after the last
        metrics.closes.labels(code).inc()
        try:
            if html:
                await self.transmit(self.text(html))
            await self.transmit({"type": "websocket.close", "code": code})
        except Exception as fault:
            log.debug("A socket was gone: %s", fault)


def discard(index: defaultdict[int, set[Socket]], key: int, socket: Socket) -> None:
    """Take a socket out of an index, and the key with the last one."""
    index[key].discard(socket)
    if not index[key]:
        del index[key]
