"""Firefox, over WebDriver BiDi: no driver between, one socket, each person a container."""

import json
import re
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import connect

from tests import provide
from tests.engines.engine import Engine
from tests.engines.tab import SECONDS, ActingTab, Fault, Tab, as_json
from tests.live import wait_for

# Nothing is fetched or asked by itself; the rest is as people have it.
PREFERENCES = {
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "privacy.userContext.enabled": True,
    "services.settings.server": "",
    "toolkit.telemetry.enabled": False,
}


class Firefox(Engine):
    def __init__(self, **preferences: object) -> None:
        self.scriptless: Firefox | None = None
        self.folder = tempfile.TemporaryDirectory(
            prefix="hubbub-firefox-", ignore_cleanup_errors=True
        )
        home = Path(self.folder.name)
        wanted = PREFERENCES | preferences
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(wanted[key])});" for key in wanted]
        (home / "user.js").write_text("\n".join(lines))
        self.log = (home / "log").open("w+")
        program = str(provide.firefox())
        command = [program, "--headless", "--no-remote", "--remote-debugging-port=0"]
        self.process = subprocess.Popen(
            [*command, "--profile", str(home)], stdout=self.log, stderr=self.log
        )
        address = wait_for(self._address, "Firefox listens")
        self.numbers = count(1)
        self.opening = connect(f"{address}/session", max_size=None)
        self.socket = self.opening.__enter__()
        self.ask("session.new", capabilities={})

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Give a command, and return its result. Raises Fault."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=2 * SECONDS))
            if answer.get("id") == number:
                break
        if answer["type"] == "error":
            raise Fault(f"{method}: {answer['error']}: {answer['message']}")
        result: dict[str, Any] = answer["result"]
        return result

    def tab(self, base: str, script: bool = True) -> Tab:
        if not script:
            self.scriptless = self.scriptless or Firefox(**{"javascript.enabled": False})
            return self.scriptless.tab(base)
        person = self.ask("browser.createUserContext")["userContext"]
        context = self.ask("browsingContext.create", type="window", userContext=person)["context"]
        return FirefoxTab(self, base, person, context)

    def close(self) -> None:
        if self.scriptless:
            self.scriptless.close()
        self.ask("browser.close")
        self.opening.__exit__(None, None, None)
        self.process.wait(SECONDS)
        self.log.close()
        self.folder.cleanup()

    def _address(self) -> str:
        said = Path(self.log.name).read_text()
        found = re.search(r"BiDi listening on (ws://\S+)", said)
        return found[1] if found else ""


class FirefoxTab(ActingTab):
    def __init__(self, firefox: Firefox, base: str, person: str, context: str) -> None:
        self.firefox, self.base, self.person, self.context = firefox, base, person, context

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        answer = self.firefox.ask(
            "script.evaluate",
            expression=as_json(expression),
            target={"context": self.context},
            awaitPromise=False,
        )
        if answer["type"] == "exception":
            raise Fault(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, sources: list[dict[str, Any]]) -> None:
        self._ask("input.performActions", actions=sources)

    def traverse(self, delta: int) -> None:
        self._ask("browsingContext.traverseHistory", delta=delta)

    def reload(self) -> None:
        self._ask("browsingContext.reload", wait="complete")

    def resize(self, width: int, height: int) -> None:
        self._ask("browsingContext.setViewport", viewport={"width": width, "height": height})

    def sign_in(self, name: str, value: str) -> None:
        host = urlsplit(self.base).hostname
        self.firefox.ask(
            "storage.setCookie",
            cookie={"name": name, "value": {"type": "string", "value": value}, "domain": host},
            partition={"type": "storageKey", "userContext": self.person},
        )

    def close(self) -> None:
        self.firefox.ask("browser.removeUserContext", userContext=self.person)

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.firefox.ask(method, context=self.context, **params)
