"""How sockets are let in: a few at a time, and none while the process drains."""

from typing import Any

from rooms import metrics
from rooms.realtime.fault import Fault
from rooms.realtime.socket import COME_BACK

AT_ONCE = 64


class Admission:
    """Puts off what comes beyond `AT_ONCE` sockets that are not settled yet.

    A thousand pages that return together would queue for the database before whoever posts. One
    that is put off is accepted and closed with a code that it retries, after a second or so: a
    refused handshake looks the same to a page as a dead server, and it waits longer each time.

    The consumer calls `scope["settle"]()` once it has let the socket in or turned it away. A
    fault before that, such as a database that is away, puts the page off as well.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.coming = 0
        self.draining = False
        self.fault = Fault("Sockets cannot be let in; their pages try again")

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if self.draining or self.coming >= AT_ONCE:
            return await self.put_off(send)
        self.coming += 1
        settled = False

        def settle() -> None:
            nonlocal settled
            self.coming -= not settled
            settled = True

        try:
            await self.inner({**scope, "settle": settle}, receive, send)
        except Exception:
            if settled:
                raise
            self.fault.shows()
            await self.put_off(send)
        else:
            self.fault.over()
        finally:
            settle()

    @staticmethod
    async def put_off(send: Any) -> None:
        metrics.turned_away.inc()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": COME_BACK})
