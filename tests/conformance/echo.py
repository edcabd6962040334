"""`python -m tests.conformance.echo PORT`: the product's server, before what sends all back."""

import functools
import sys
from typing import Any

import django

django.setup()

from config import server  # noqa: E402

LARGEST = 64 * 1024 * 1024  # the suite's go up to 16 MiB; the product closes beyond MAX_FRAME


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send back what comes, as the suite expects of the server under test."""
    while True:
        event = await receive()
        if event["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
        elif event["type"] == "websocket.receive":
            await send({"type": "websocket.send", **{k: event.get(k) for k in ("text", "bytes")}})
        else:
            return


if __name__ == "__main__":
    ready = functools.partial(print, "listening", flush=True)
    server.MAX_FRAME = server.MAX_BACKLOG = LARGEST
    server.Server(echo, "127.0.0.1", int(sys.argv[1]), ready).run()
