"""Somebody in a browser of their own, whose pages may not complain."""

import re
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, expect

from accounts.models import User
from rooms.models import Room
from tests.browser.wire import Wire
from tests.live import LiveServer, session_of

# What Chromium itself says of refusals and of a server that is away.
HARMLESS = (
    r"Failed to load resource: (net::|the server responded with a status of 4)",
    r"WebSocket connection to '[^']*' failed",
)
CSRF = "k" * 32


class Person:
    """A browser context, signed in as `user` if there is one.

    `complaints` gathers the errors and warnings of all its pages; `expected` are patterns of
    those that a test wants to see.
    """

    def __init__(
        self, browser: Browser, live: LiveServer, user: User | None, **options: Any
    ) -> None:
        self.live = live
        self.complaints: list[str] = []
        self.expected = list(HARMLESS)
        self.context: BrowserContext = browser.new_context(base_url=live.url, **options)
        self.context.set_default_timeout(15_000)
        self.context.on("console", self._hear)
        self.context.on("weberror", self._fail)
        if user is not None:
            self._keep_cookie(settings.SESSION_COOKIE_NAME, session_of(user))

    def visit(self, path: str) -> Page:
        """A new page at `path`."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def enter(self, room: Room) -> Page:
        """A new page of the room, live."""
        page = self.visit(room.get_absolute_url())
        until_live(page)
        return page

    def enter_wired(self, room: Room, path: str = "", holding: str = "(?!)") -> tuple[Page, Wire]:
        """A new page of the room (or at `path`), live, with a hand on its sockets."""
        page = self.context.new_page()
        wire = Wire(page, holding)
        page.goto(path or room.get_absolute_url())
        until_live(page)
        return page, wire

    def post(self, path: str, **fields: str) -> None:
        """Submit a form to `path` without any page, as another page of this browser would."""
        self._keep_cookie(settings.CSRF_COOKIE_NAME, CSRF)
        headers = {"X-CSRFToken": CSRF}
        request = self.context.request
        answer = request.post(path, form=dict(fields), headers=headers, max_redirects=0)
        assert answer.status < 400, f"{path}: {answer.status}"

    def leave(self) -> None:
        """Close all pages. Raises AssertionError if one of them complained unexpectedly."""
        for page in self.context.pages:
            page.title()  # the answer comes after all that was said before
        known = re.compile("|".join(self.expected))
        complaints = [complaint for complaint in self.complaints if not known.search(complaint)]
        self.context.close()
        assert complaints == []

    def _keep_cookie(self, name: str, value: str) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.live.url}])

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _fail(self, error: WebError) -> None:
        self.complaints.append(f"fault: {error.error}")


def until_live(page: Page) -> None:
    expect(page.locator("#connection")).to_have_class("live")


def until_lost(page: Page) -> None:
    expect(page.locator("#connection")).to_have_class("lost")


def send(page: Page, text: str) -> None:
    """Say `text` and wait for the acknowledgement."""
    page.fill("#message", text)
    page.press("#message", "Enter")
    expect(page.locator("#message")).to_have_value("")
