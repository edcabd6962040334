"""The servers under the tests are what the profile promises, and outlive nobody."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.db import connection

from tests import services

VENDORS = {"embedded": "sqlite", "scaled": "postgresql"}
START_AND_DIE = """
import os, pathlib, signal, sys
from tests.servers import start_redis
print(start_redis(pathlib.Path(sys.argv[1])).url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db
def test_the_database_is_the_profiles() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert connection.vendor == VENDORS[services.PROFILE]


def test_redis_answers_on_the_scaled_profile_and_is_absent_on_the_other() -> None:
    url = os.environ.get("REDIS_URL")
    assert bool(url) == (services.PROFILE == "scaled")
    if url:
        with redis.Redis.from_url(url) as client:
            assert client.ping()


def test_a_server_ends_with_the_process_that_started_it_even_if_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_DIE, str(tmp_path / "redis")]
    killed = subprocess.run(command, cwd=services.ROOT, stdout=subprocess.PIPE, check=False)
    assert killed.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while listens(killed.stdout.decode()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not listens(killed.stdout.decode())


def listens(url: str) -> bool:
    port = urlsplit(url.strip()).port
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
