"""What a request brings and what an answer carries: neither is ever in memory as a whole.

daphne by itself takes bodies of any size, queues them whole, and writes answers faster than a slow
client reads, all of which stays in memory.
"""

import asyncio
from io import BytesIO
from typing import Any

from daphne import http_protocol
from daphne.http_protocol import WebRequest
from django.conf import settings

PIECE = 256 * 1024
ANY_BODY = 2_000_000  # Django itself takes less of what is no file
MARGIN = 1_000_000  # of a form, beside its files


class Request(WebRequest):
    """A request with a limit: what comes beyond it is dropped, and answered with 413 at the end,
    as a browser hears no answer before it has sent everything."""

    content: Any
    received = most = 0
    pace: "Pace | None" = None

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        path = self.channel._path.partition(b"?")[0]
        self.most = upload_limit() if path.endswith(b"/files/") else ANY_BODY
        super().gotLength(length if length is None or length <= self.most else 0)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.received += len(data)
        if self.received <= self.most:
            super().handleContentChunk(data)

    def process(self) -> Any:
        if self.received > self.most:
            return self.basic_error(413, b"Too large", "That is more than can be sent at once.")
        return super().process()

    def take_body(self) -> Any:
        """The body as a file, from its beginning; what daphne finds then is empty."""
        body, self.content = self.content, BytesIO()
        body.seek(0)
        return body


class Pace:
    """Told by Twisted when a client has not taken in what was written, and when it has."""

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()

    def pauseProducing(self) -> None:  # noqa: N802
        self.free.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.free.set()

    stopProducing = resumeProducing  # noqa: N815


def upload_limit() -> int:
    limit: int = settings.FILE_BYTES * settings.FILES_PER_MESSAGE + MARGIN
    return limit


def install() -> None:
    """Have daphne make such requests.

    Form bodies are left to Django: Twisted would parse them on the event loop, where 10 MiB of
    form stop everybody for seconds.
    """
    Request.parsePOSTFormSubmission = False
    http_protocol.WebRequest = Request


def in_pieces(application: Any) -> Any:
    """The application, given a body (`scope["body"]`) piece by piece as it asks for it."""

    async def entry(scope: dict[str, Any], receive: Any, send: Any) -> None:
        body = scope.pop("body", None)

        async def read() -> Any:
            piece = body.read(PIECE) if body is not None and not body.closed else b""
            if piece:
                return {"type": "http.request", "body": piece, "more_body": True}
            return await receive()

        try:
            await application(scope, read, send)
        finally:
            if body is not None:
                body.close()

    return entry


async def written(request: Request, more: bool) -> None:
    """Wait until the client has taken in most of what was written to it."""
    if more and request.pace is None and request.channel is not None:
        request.pace = Pace()
        request.registerProducer(request.pace, True)
    if more and request.pace is not None:
        await request.pace.free.wait()


def finishing(request: Request) -> None:
    """Before the last piece: nobody is to be told of its pace any more."""
    if request.pace is not None and request.channel is not None:
        request.unregisterProducer()
