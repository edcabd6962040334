"""A process that is watched: its log, its time on the CPU, its memory."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from tests.live import ROOT, free_port, wait_for

TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A server of ours in a process of its own; `command` is given its port."""

    def __init__(self, command: list[str], ready: str, **environment: str) -> None:
        self.port = free_port()
        self.command = [sys.executable, *command, str(self.port)]
        self.ready = f"{self.url}{ready}"
        self.environment = {**os.environ, **environment}

    def __enter__(self) -> "Served":
        self.log = tempfile.NamedTemporaryFile("w+", prefix="hubbub-benchmark-", suffix=".log")
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log
        )
        wait_for(self._answers, "the server answers")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.log.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of CPU so far, its own and the kernel's for it, to a hundredth."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Bytes of memory in use (resident)."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGESIZE")

    def _answers(self) -> bool:
        assert self.process.poll() is None, Path(self.log.name).read_text()
        try:
            with urlopen(self.ready, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False
