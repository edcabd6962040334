"""The product's own server on the tests' database, and sockets to it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from accounts.models import User

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 20.0


def wait_for(condition: Callable[[], Any], what: str, seconds: float = DEADLINE) -> Any:
    """The condition's first true value. Raises AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")


class LiveServer:
    """`manage.py serve` in a process of its own, on a free port and the test's database."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        self.environment = {**os.environ, "DATABASE_URL": test_database_url(), **environment}
        self.log = tempfile.NamedTemporaryFile("w+", prefix="hubbub-serve-", suffix=".log")
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "LiveServer":
        try:
            self.start()
        except BaseException as fault:
            fault.add_note(self.output())
            self.kill()
            self.log.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.log.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ensure(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.start()

    def start(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log, text=True
        )
        wait_for(self._answers, "the server answers", 3 * DEADLINE)

    def kill(self) -> None:
        """SIGKILL: no word to anybody."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def output(self) -> str:
        return Path(self.log.name).read_text()

    def socket(self, path: str, user: User | None = None, **options: Any) -> "Page":
        """A socket to `path`, signed in as `user` by a session of its own."""
        return Page(self, path, session_of(user) if user else "", **options)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.output()
        try:
            with urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None


class Page:
    """What an open page is to the server: a socket, and the frames that came."""

    def __init__(
        self, server: LiveServer, path: str, session: str, origin: str = "", **options: Any
    ) -> None:
        self.session = session
        self.frames: list[str] = []
        self.ahead: list[str] = []  # those of them that came before an acknowledgement
        self.address = f"ws://127.0.0.1:{server.port}{path}"
        self.origin = Origin(origin or server.url)
        self.options = options

    def __enter__(self) -> "Page":
        name = settings.SESSION_COOKIE_NAME
        self.opening: Any = connect(
            self.address,
            additional_headers={"Cookie": f"{name}={self.session}"} if self.session else {},
            origin=self.origin,
            open_timeout=DEADLINE,
            max_size=None,
            **self.options,
        )
        self.connection: ClientConnection = self.opening.__enter__()
        return self

    def __exit__(self, *fault: Any) -> None:
        self.opening.__exit__(*fault)

    def send(self, text: str | bytes) -> None:
        self.connection.send(text)

    def resume(self, cursor: object = "now", **more: str) -> str:
        """Say what the page shows, and wait until it is live."""
        self.send(json.dumps({"type": "resume", "cursor": str(cursor)} | more))
        return self.until('id="connection"')

    def say(self, text: str, **more: str) -> None:
        """Post a message, and wait until it is acknowledged, whatever comes before that."""
        self.send(json.dumps({"message": text} | more))
        before, self.ahead = self.ahead, []
        while "<textarea" not in (frame := self._next(DEADLINE)):
            before.append(frame)
        self.ahead = before

    def until(self, pattern: str, seconds: float = DEADLINE) -> str:
        """Read frames until one has `pattern`, and return it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, frame := self._next(end - time.monotonic())):
            pass
        return frame

    def told(self, pattern: str) -> str:
        """The first frame that has `pattern`, whether it was read already or is to come."""
        came = (frame for frame in self.frames if re.search(pattern, frame))
        return next(came, None) or self.until(pattern)

    def _next(self, seconds: float) -> str:
        """The next frame that no caller was given."""
        if self.ahead:
            return self.ahead.pop(0)
        frame = self.connection.recv(timeout=max(0.0, seconds))
        assert isinstance(frame, str)
        self.frames.append(frame)
        return frame

    def closed(self) -> int:
        """Read to the end, and return the code with which the server closed."""
        with suppress(ConnectionClosed):
            while True:
                frame = self.connection.recv(timeout=DEADLINE)
                assert isinstance(frame, str)
                self.frames.append(frame)
        return self.connection.close_code or 0


def session_of(user: User) -> str:
    """The key of a new session in which `user` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key or ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_database_url() -> str:
    """The address of the database that this very test uses."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
