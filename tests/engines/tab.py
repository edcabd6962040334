"""One page in one engine, driven in the same words whatever the engine is."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

SECONDS = 20.0
# The keys that tests press, as WebDriver writes them.
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Shift": "\ue008", "Tab": "\ue004"}
CENTRE = """(element => {
  element.scrollIntoView({block: "nearest"})
  const box = element.getBoundingClientRect()
  return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]
})(document.querySelector(%s))"""


class Fault(Exception):
    """The engine refused a command, or the page that it was for is gone."""


class Tab(ABC):
    """What every engine can do with a page; `evaluate` is for looking, not for helping the page."""

    base: str

    @abstractmethod
    def go(self, url: str) -> None:
        """Load `url` and wait until it is loaded."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, by way of JSON. Raises Fault."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Type `text` where the focus is."""

    @abstractmethod
    def press(self, chord: str) -> None:
        """`Enter`, `Shift+Enter`, … where the focus is."""

    @abstractmethod
    def tap(self, x: int, y: int) -> None:
        """Press the mouse's first button there."""

    @abstractmethod
    def traverse(self, delta: int) -> None:
        """Go that far in the history; not waited for."""

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def resize(self, width: int, height: int) -> None: ...

    @abstractmethod
    def sign_in(self, name: str, value: str) -> None:
        """Keep a cookie for `base`."""

    @abstractmethod
    def close(self) -> None: ...

    def open(self, path: str) -> "Tab":
        self.go(self.base + path)
        return self

    def click(self, selector: str) -> None:
        self.until_shown(selector)
        self.tap(*self.evaluate(CENTRE % json.dumps(selector)))

    def fill(self, selector: str, text: str) -> None:
        """Click into a field and type."""
        self.click(selector)
        self.write(text)

    def count(self, selector: str) -> int:
        return int(self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length"))

    def value(self, selector: str) -> str:
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)}).value"))

    def text(self, selector: str) -> str:
        return str(
            self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText.trim()")
        )

    def shown(self, selector: str) -> bool:
        """It is in the page, and not hidden by any style."""
        found = f"document.querySelector({json.dumps(selector)})"
        return bool(self.evaluate(f"{found}?.checkVisibility({{visibilityProperty: true}})"))

    def until(self, condition: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
        """Ask until it is so, through whatever navigation is under way."""
        end = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except Fault as fault:
                seen = fault
            time.sleep(0.05)
        raise AssertionError(f"not within {seconds} s: {what} ({seen or 'no fault'})")

    def until_there(self, selector: str, seconds: float = SECONDS) -> None:
        self.until(lambda: self.count(selector), f"{selector} is there", seconds)

    def until_gone(self, selector: str) -> None:
        self.until(lambda: not self.count(selector), f"{selector} is gone")

    def until_shown(self, selector: str) -> None:
        self.until(lambda: self.shown(selector), f"{selector} is shown")

    def until_hidden(self, selector: str) -> None:
        self.until(lambda: not self.shown(selector), f"{selector} is hidden")

    def until_value(self, selector: str, value: str) -> None:
        self.until(lambda: self.value(selector) == value, f"{selector} holds {value!r}")

    def until_at(self, path: str) -> None:
        self.until(lambda: self.evaluate("location.pathname") == path, f"the page is {path}")


class ActingTab(Tab):
    """An engine that takes input as WebDriver's actions."""

    @abstractmethod
    def perform(self, sources: list[dict[str, Any]]) -> None: ...

    def write(self, text: str) -> None:
        self._type([step for sign in text for step in (_down(sign), _up(sign))])

    def press(self, chord: str) -> None:
        keys = [KEYS[key] for key in chord.split("+")]
        self._type([_down(key) for key in keys] + [_up(key) for key in reversed(keys)])

    def tap(self, x: int, y: int) -> None:
        actions: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"pointerType": "mouse"}
        self.perform([{"type": "pointer", "id": "m", "parameters": mouse, "actions": actions}])

    def _type(self, actions: list[dict[str, Any]]) -> None:
        self.perform([{"type": "key", "id": "k", "actions": actions}])


def _down(key: str) -> dict[str, str]:
    return {"type": "keyDown", "value": key}


def _up(key: str) -> dict[str, str]:
    return {"type": "keyUp", "value": key}


def as_json(expression: str) -> str:
    return f"JSON.stringify(({expression}) ?? null)"
