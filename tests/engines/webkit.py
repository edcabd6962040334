"""WebKitGTK, over WebDriver: a driver and a browser for each person, on a screen of their own."""

import json
import os
import subprocess
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests import provide
from tests.engines.engine import Engine
from tests.engines.tab import SECONDS, ActingTab, Fault, Tab, as_json
from tests.live import free_port, wait_for


class WebKit(Engine):
    """Sessions under automation are private ones, which keep no cache on disk."""

    keeps_cache = False

    def __init__(self) -> None:
        screen = [str(provide.xvfb()), "-displayfd", "1", "-screen", "0", "1600x1200x24"]
        self.screen = subprocess.Popen(
            [*screen, "-nolisten", "tcp"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.screen.stdout is not None
        number = self.screen.stdout.readline().decode().strip()
        self.environment = {**os.environ, "DISPLAY": f":{number}", "NO_AT_BRIDGE": "1"}

    def tab(self, base: str, script: bool = True) -> Tab:
        return WebKitTab(base, self.environment, [] if script else ["--enable-javascript=false"])

    def close(self) -> None:
        self.screen.terminate()
        self.screen.wait(SECONDS)
        assert self.screen.stdout is not None
        self.screen.stdout.close()


class WebKitTab(ActingTab):
    def __init__(self, base: str, environment: dict[str, str], arguments: list[str]) -> None:
        self.base, self.port = base, free_port()
        self.driver = subprocess.Popen(
            [str(provide.webkit()), f"--port={self.port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self._ready, "the driver answers")
        browser = {"binary": str(provide.minibrowser()), "args": ["--automation", *arguments]}
        wishes = {"alwaysMatch": {"webkitgtk:browserOptions": browser}}
        session = self._ask("POST", "/session", capabilities=wishes)["sessionId"]
        self.session = f"/session/{session}"

    def go(self, url: str) -> None:
        self._ask("POST", f"{self.session}/url", url=url)

    def evaluate(self, expression: str) -> Any:
        script = f"return {as_json(expression)}"
        return json.loads(self._ask("POST", f"{self.session}/execute/sync", script=script, args=[]))

    def perform(self, sources: list[dict[str, Any]]) -> None:
        self._ask("POST", f"{self.session}/actions", actions=sources)

    def traverse(self, delta: int) -> None:
        self._ask("POST", f"{self.session}/{'back' if delta < 0 else 'forward'}")

    def reload(self) -> None:
        self._ask("POST", f"{self.session}/refresh")

    def resize(self, width: int, height: int) -> None:
        self._ask("POST", f"{self.session}/window/rect", width=width, height=height)

    def sign_in(self, name: str, value: str) -> None:
        self.open("/healthz")
        cookie = {"name": name, "value": value, "path": "/"}
        self._ask("POST", f"{self.session}/cookie", cookie=cookie)

    def close(self) -> None:
        with suppress(Fault):
            self._ask("DELETE", self.session)
        self.driver.terminate()
        self.driver.wait(SECONDS)

    def _ready(self) -> bool:
        try:
            return bool(self._ask("GET", "/status")["ready"])
        except OSError:
            return False

    def _ask(self, method: str, path: str, **params: Any) -> Any:
        """Raises Fault."""
        data = json.dumps(params).encode() if method == "POST" else None
        request = Request(
            f"http://127.0.0.1:{self.port}{path}",
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urlopen(request, timeout=2 * SECONDS) as answer:  # noqa: S310
                return json.load(answer)["value"]
        except HTTPError as error:
            raise Fault(error.read().decode()) from None
