"""A seeded site of its own, on an SQLite file, gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rooms.seeding.people import PASSWORD
from tests.benchmarks.process import Served
from tests.live import ROOT

ROOM = "/rooms/seed-1/"
STAGE = f"""
from accounts.models import User
from rooms import actions
from rooms.errors import Waiting
from rooms.models import Room
User.objects.filter(username="user1").update(is_staff=True, is_superuser=True)
User.objects.create_user("outsider", "outsider@example.org", {PASSWORD!r}, display_name="Otto Out")
owner = User.objects.get(username="user1")
actions.rooms.create(owner=owner, name="quiet", topic="Where nobody has said anything yet")
room = Room.objects.get(slug="seed-1")
actions.words.change(
    by=room.memberships.get(user=owner), blocked="buy now", held="casino*", masked="darn"
)
for username, text in (("user5", "A night at the casino, darn it"), ("user6", "Casinos, anyone?")):
    author = User.objects.get(username=username)
    try:
        actions.messages.post(room=room, author=author, text=text)
    except Waiting:
        pass
"""


class Site:
    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="hubbub-screenshots-")
        database = Path(self.folder.name) / "site.sqlite3"
        self.environment = {"DATABASE_URL": f"sqlite:///{database}"}

    def __enter__(self) -> "Site":
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
