"""Two real pages in Chromium, each compared with a fresh load of the same room."""

import time
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from playwright.async_api import BrowserContext, Error, Page, async_playwright

from tests import provide
from tests.browser.conftest import ARGUMENTS
from tests.faults.invariants import ALL_AGREE, FIRST_SEND
from tests.faults.proxy import Proxy

# The newest rows without htmx's own marks, the room's name and topic, and the cursor.
READ = """
() => {
  const rows = [...document.querySelectorAll("#messages > article")].slice(-50).map(row => {
    const copy = row.cloneNode(true)
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      element.classList.remove("htmx-added", "htmx-settling", "htmx-swapping", "htmx-request")
      for (const name of element.getAttributeNames())
        if (name.startsWith("data-htmx-") || name == "class" && !element.classList.length)
          element.removeAttribute(name)
    }
    return copy.outerHTML
  })
  return [document.querySelector("#cursor").value, document.querySelector("#room-name").textContent,
    ...rows]
}
"""


class Browsers:
    """Two people before a page each; `differences` says which of them missed something."""

    def __init__(self, way: Proxy) -> None:
        self.way = way
        self.pages: dict[str, Page] = {}

    async def __aenter__(self) -> "Browsers":
        self._ends = AsyncExitStack()
        playwright = await self._ends.enter_async_context(async_playwright())
        self.browser = await playwright.chromium.launch(
            executable_path=provide.chromium(), args=ARGUMENTS
        )
        self._ends.push_async_callback(self.browser.close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ends.aclose()

    async def enter(self, room: str, sessions: dict[str, str]) -> None:
        """Each of these people opens the room, and is live."""
        self.path = f"/rooms/{room}/"
        for person, session in sessions.items():
            context = await self._sit_down(session)
            self.pages[person] = await self._open(context)
            await self.pages[person].wait_for_selector("#connection.live")

    async def leave(self) -> None:
        for page in self.pages.values():
            await page.context.close()
        self.pages = {}

    async def differences(self) -> list[str]:
        """Who does not come to see what a fresh page shows, a while after all was quiet."""
        found = []
        for person, page in self.pages.items():
            fresh = await self._open(page.context)
            wanted = await fresh.evaluate(READ)
            if not await self._comes_to(page, wanted):
                shown = await page.evaluate(READ)
                missing = [part for part in wanted if part not in shown]
                found.append(f"{person}'s page in Chromium: {len(missing)} differ: {missing[:1]}")
            await fresh.close()
        return found

    async def _comes_to(self, page: Page, wanted: Any) -> bool:
        end = time.monotonic() + ALL_AGREE
        while time.monotonic() < end:
            if await page.evaluate(READ) == wanted:
                return True
            await page.wait_for_timeout(100)
        return False

    async def _open(self, context: BrowserContext) -> Page:
        """A fresh page; asked for again for a while, as a person would."""
        page = await context.new_page()
        end = time.monotonic() + FIRST_SEND
        while True:
            try:
                await page.goto(urljoin(self._origin, self.path))
                return page
            except Error:
                if time.monotonic() > end:
                    raise

    async def _sit_down(self, session: str) -> BrowserContext:
        context = await self.browser.new_context()
        name = settings.SESSION_COOKIE_NAME
        await context.add_cookies([{"name": name, "value": session, "url": self._origin}])
        return context

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self.way.port}"
