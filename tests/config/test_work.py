"""The worker beside the server: it is there while the server is, and ends with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import live as served
from tests.live import free_port, wait_for


def workers(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
    return [pid for pid, command in commands.items() if b"--beside" in command]


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def heed_interrupts() -> None:
    """Whatever began the tests in the background has them ignored, which children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_worker_ends_with_the_server(how: signal.Signals) -> None:
    command = [sys.executable, "manage.py", "serve", "--work", "--port", str(free_port())]
    environment = {**os.environ, "DATABASE_URL": served.test_database_url(), "DRAIN_SECONDS": "0"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        cwd=served.ROOT,
        env=environment,
        stdout=pipe,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts,
    ) as process:
        try:
            assert process.stdout
            assert " is at http://127.0.0.1:" in process.stdout.readline()
            (worker,) = wait_for(lambda: workers(process.pid), "the worker begins")
            process.send_signal(how)
            wait_for(lambda: is_gone(worker), "the worker ends")
            output = process.stdout.read()
            assert process.wait(20) == (-how if how == signal.SIGKILL else 0)
        finally:
            process.kill()
    assert "Traceback" not in output
