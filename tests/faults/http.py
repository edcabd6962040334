"""Requests as a browser's form makes them, over a connection that can be left at any moment."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

TOKEN = "k" * 32


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str


async def post(
    port: int, path: str, session: str, fields: dict[str, str], seconds: float = 5.0
) -> Answer:
    """The answer. Raises OSError or TimeoutError where none came."""
    return await _ask(port, _request(port, "POST", path, session, urlencode(fields)), seconds)


async def get(port: int, path: str, session: str = "", seconds: float = 5.0) -> Answer:
    return await _ask(port, _request(port, "GET", path, session, ""), seconds)


async def abandon(port: int, path: str, session: str, fields: dict[str, str]) -> None:
    """Send the form, and be gone before any answer. Raises OSError."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_request(port, "POST", path, session, urlencode(fields)))
    await writer.drain()
    await asyncio.sleep(0)
    writer.close()


def _request(port: int, method: str, path: str, session: str, body: str) -> bytes:
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Cookie: {cookies}\r\nX-CSRFToken: {TOKEN}\r\nHX-Request: true\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        f"{body}"
    ).encode()


async def _ask(port: int, request: bytes, seconds: float) -> Answer:
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            await writer.drain()
            data = await reader.read()
        finally:
            writer.close()
    head, found, body = data.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    if not found or len(words) < 3:
        raise ConnectionError("the connection ended before an answer")
    return Answer(int(words[1]), body.decode(errors="replace"))
