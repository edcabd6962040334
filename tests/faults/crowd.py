"""A crowd of cheap pages in a process of its own, that can be cut off all at once."""

import asyncio
import json
import subprocess
import sys
from typing import Any

from django.conf import settings

from tests.faults.process import ROOT
from tests.faults.site import Site


class Crowd:
    """The crowd's process, from the campaign's side."""

    def __init__(self, site: Site, room: str, session: str) -> None:
        self.ports = [process.port for process in site.processes]
        self.path = f"/ws/chat/{room}/"
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}"

    async def __aenter__(self) -> "Crowd":
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.cheap"),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self.process.kill()
        await self.process.wait()

    async def open(self, count: int) -> dict[str, Any]:
        """Every page at once; returns when each has been sent something."""
        found = await self._ask("open", count, json.dumps(self.ports), self.path, self.cookie)
        assert found["live"] == count, found
        return found

    async def cut(self) -> None:
        await self._ask("cut")

    async def wait_until_back(self, version: int = 0, seconds: float = 90) -> dict[str, Any]:
        """Until each page is live, and shows `version` at least: what there is to say of them.

        `seconds` holds how long the last one took, `disorder` rows against their order.
        """
        found = await self._ask("back", version, seconds)
        assert found["live"] == found["pages"], found
        assert not found["disorder"], found
        return found

    async def _ask(self, *words: object) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(("\t".join(map(str, words)) + "\n").encode())
        await self.process.stdin.drain()
        found: dict[str, Any] = json.loads(await self.process.stdout.readline())
        return found
