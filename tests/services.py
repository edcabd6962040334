"""Pytest plugin: the profile's own servers and environment, before any setting is read.

`PROFILE=embedded` (the default) runs on an SQLite file and in memory, `PROFILE=scaled` on a private
PostgreSQL and Redis on free ports. Workers of pytest-xdist share the PostgreSQL, where each has its
own database, but not the Redis: what is published there knows no such walls.
"""

import atexit
import os
import re
import sys
import tempfile
from pathlib import Path

import pytest

from tests.servers import Server, start_postgresql, start_redis, start_sweeper

ROOT = Path(__file__).resolve().parent.parent
PROFILE = os.environ.setdefault("PROFILE", "embedded")
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = Path(os.environ["HUBBUB_TESTS"] if WORKER else tempfile.mkdtemp(prefix="hubbub-tests-"))

LONG = ("tests/faults/", "tests/browser/", "tests/config/")

running: list[Server] = []


def prepare() -> None:
    if PROFILE not in ("embedded", "scaled"):
        sys.exit(f"PROFILE is embedded or scaled, not {PROFILE}")
    atexit.register(stop)
    if not WORKER:
        running.append(start_sweeper(FOLDER))
        set_environment()
    os.environ["FILES"] = str(FOLDER / f"files{WORKER}")
    if PROFILE == "scaled":
        start_servers()


def set_environment() -> None:
    """Nothing of the person's own settings reaches a test: neither `.env` nor the shell's."""
    for name in re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE):
        os.environ.pop(name, None)
    os.environ |= {
        "HUBBUB_TESTS": str(FOLDER),
        "HUBBUB_ENV_FILE": "",
        "SECRET_KEY": "known to every reader of the tests and therefore of no other use",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "EMAIL_URL": "memorymail://",
        "DEBUG": "off",
        "HASHED_STATIC": "off",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'hubbub.sqlite3'}",
    }


def start_servers() -> None:
    redis = start_redis(FOLDER / f"redis{WORKER}")
    running.append(redis)
    os.environ["REDIS_URL"] = redis.url
    if not WORKER:
        FOLDER.chmod(0o711)
        postgresql = start_postgresql(FOLDER / "postgresql")
        running.append(postgresql)
        os.environ["DATABASE_URL"] = postgresql.url


def stop() -> None:
    while running:
        running.pop().stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `once` is run in the embedded profile alone (see pyproject.toml).

    Files that take long come first, so that no process is left alone with one at the end.
    """
    if PROFILE == "scaled":
        once = [item for item in items if item.get_closest_marker("once")]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in once]
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in LONG])


def pytest_report_header() -> str:
    names = [server.name for server in running if server.url] or ["SQLite, in-memory layer"]
    return f"profile: {PROFILE} ({', '.join(names)})"


def pytest_unconfigure() -> None:
    stop()


prepare()
