"""One open page, as the hub knows it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

log = logging.getLogger("hubbub.hub")

COME_BACK = 1000  # a code that the page retries, and one of the few that autobahn lets through

Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Socket:
    """A socket, whose it is, and what it has been sent.

    `rooms` maps the primary key of each room in the page's sidebar to whether it is marked
    unread there; `sent` is the room version that the page has come to.
    """

    transmit: Send
    user_pk: int
    username: str
    name: str
    session_key: str | None
    room_pk: int | None = None
    sent: int = 0
    rooms: dict[int, bool] = field(default_factory=dict)
    is_open: bool = True

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
        if html:
            await self.send(html)
        await self.deliver({"type": "websocket.close", "code": code})
        self.is_open = False
