"""Chromium, through Playwright: the control of what the others are asked."""

import json
from typing import Any

import pytest
from playwright.sync_api import Error, Page, sync_playwright

from tests import provide
from tests.browser.conftest import ARGUMENTS
from tests.engines.engine import Engine
from tests.engines.tab import Fault, Tab, as_json


class Chromium(Engine):
    def __init__(self) -> None:
        self.environment = pytest.MonkeyPatch()
        self.environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(
            executable_path=provide.chromium(),
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )

    def tab(self, base: str, script: bool = True) -> Tab:
        context = self.browser.new_context(java_script_enabled=script)
        return ChromiumTab(context.new_page(), base)

    def close(self) -> None:
        self.browser.close()
        self.playwright.stop()
        self.environment.undo()


class ChromiumTab(Tab):
    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def go(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, expression: str) -> Any:
        try:
            return json.loads(self.page.evaluate(as_json(expression)))
        except Error as error:
            raise Fault(error) from None

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, chord: str) -> None:
        self.page.keyboard.press(chord)

    def tap(self, x: int, y: int) -> None:
        self.page.mouse.click(x, y)

    def traverse(self, delta: int) -> None:
        if delta < 0:
            self.page.go_back(wait_until="commit")
        else:
            self.page.go_forward(wait_until="commit")

    def reload(self) -> None:
        self.page.reload()

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def sign_in(self, name: str, value: str) -> None:
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.base}])

    def close(self) -> None:
        self.page.context.close()
