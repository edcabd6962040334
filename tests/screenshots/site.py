"""A seeded site of its own, on an SQLite file, gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.process import Served
from tests.live import ROOT

ROOM = "/rooms/seed-1/"
STAGE = "from tests.screenshots import stage; stage.build()"


class Site:
    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="hubbub-screenshots-")
        database = Path(self.folder.name) / "site.sqlite3"
        self.environment = {
            "DATABASE_URL": f"sqlite:///{database}",
            "FILES": f"{self.folder.name}/files",
        }

    def __enter__(self) -> "Site":
        self._manage("collectstatic", "--noinput", "--verbosity=0")
        self._manage("migrate", "--verbosity=0")
        self._manage("seed", "--rooms=4", "--users=12", "--messages=600", "--verbosity=0")
        self._manage("shell", "--verbosity=0", "--command", STAGE)
        self.served = Served(["manage.py", "serve", "--port"], "/readyz", **self.environment)
        self.served.__enter__()
        return self

    def __exit__(self, *fault: object) -> None:
        self.served.__exit__(*fault)
        self.folder.cleanup()

    @property
    def url(self) -> str:
        return self.served.url

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is down; afterwards it is there again, at the same address."""
        self.served.__exit__()
        try:
            yield
        finally:
            self.served.__enter__()

    def _manage(self, *arguments: str) -> None:
        environment = {**os.environ, **self.environment}
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True
        )
