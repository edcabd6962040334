"""Sockets are opened by our own pages only."""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host


class SameOriginValidator:
    """Refuse a handshake (403) whose Origin is not this very site: scheme, host and port.

    The site is the request's own Host where ALLOWED_HOSTS has it, or one of settings.ORIGINS.
    Browsers always send an Origin; a program that sends none brings no browser's cookies along.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if self.allows(headers.get(b"origin"), headers.get(b"host", "")):
            return await self.inner(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)

    @staticmethod
    def allows(origin: str | None, host: str) -> bool:
        """Whether a page at `origin` may open a socket at `host`."""
        if origin is None or origin in settings.ORIGINS:
            return True
        scheme = "https" if settings.HTTPS else "http"
        if urlsplit(origin.lower())[:2] != (scheme, host.lower()):
            return False
        return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS or ["localhost"])
