"""A server process of the product that can be killed, ended, frozen, looked into."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests import provide
from tests.faults import http
from tests.faults.history import Logged, Usage
from tests.faults.interference import steer
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START = 40.0
RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+): ", re.MULTILINE
)


class Process:
    """`tests.faults.launch` on a port of its own, again and again on the same one."""

    def __init__(self, name: str, folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self.control = folder / f"{name}.json"
        self.read = 0
        self.environment = {**os.environ, **environment, "FAULTS_CONTROL": str(self.control)}
        self.process: subprocess.Popen[bytes] | None = None
        self.ready = False
        steer(self.control)

    async def start(self, **more: str) -> None:
        """Start with more of an environment, and wait until it serves."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, "-m", "tests.faults.launch", str(self.port)],
                cwd=ROOT,
                env=self.environment | more,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + START
        while not await self.serves():
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            assert time.monotonic() < end, f"{self.name} does not serve"
            await asyncio.sleep(0.05)

    async def serves(self) -> bool:
        """Whether it answers at all; `ready` becomes whether it says that it can serve."""
        try:
            answer = await http.get(self.port, "/readyz", seconds=3.0)
        except (OSError, TimeoutError):
            self.ready = False
            return False
        self.ready = answer.status == 200
        return True

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self.runs and self.process:
            self.process.send_signal(number)

    async def end(self, number: signal.Signals = signal.SIGKILL, seconds: float = 20.0) -> None:
        """Send the signal, and wait until the process is gone.

        After `seconds` it is ended by force. Raises TimeoutError then.
        """
        if self.process is None:
            return
        self.send(number)
        self.send(signal.SIGCONT)
        self.ready = False
        process, self.process = self.process, None
        assert process.stdin is not None
        try:
            await asyncio.to_thread(process.wait, seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGUSR1)
            await asyncio.sleep(0.5)  # for its word on where it hangs
            process.kill()
            process.wait()
            words = f"{self.name} did not end within {seconds:.0f} s"
            raise TimeoutError(f"{words}\n{self.log.read_text()[-4000:]}") from None
        finally:
            process.stdin.close()

    def steer(self, **said: object) -> None:
        steer(self.control, **said)

    def usage(self) -> Usage | None:
        """What the running process holds; under another name once it is another process."""
        if not self.runs or self.process is None:
            return None
        home = Path(f"/proc/{self.process.pid}")
        status = (home / "status").read_text()
        figures = {name: int(v) for name, v in re.findall(r"^(\w+):\s+(\d+)", status, re.M)}
        return Usage(
            f"{self.name} ({self.process.pid})",
            {
                "memory MB": figures["VmRSS"] // 1024,
                "descriptors": len(list((home / "fd").iterdir())),
                "threads": figures["Threads"],
            },
        )

    def errors(self) -> list[Logged]:
        """What was logged since the last call, from ERROR on, and what is no record at all."""
        with self.log.open("rb") as log:
            log.seek(self.read)
            text = log.read().decode(errors="replace")
        self.read += len(text.encode())
        return [found for found in parse_log(self.name, text) if found.text]


def parse_log(holder: str, text: str) -> list[Logged]:
    """The errors in a log, each with its first line and the last of its traceback."""
    records = list(RECORD.finditer(text))
    found = []
    before = text[: records[0].start()] if records else text
    if "Traceback" in before:
        found.append(Logged(holder, "ERROR", "stderr", before.strip().splitlines()[-1]))
    for record, following in zip(records, [*records[1:], None], strict=False):
        body = text[record.end() : following.start() if following else len(text)].strip()
        if record[1] in ("ERROR", "CRITICAL") or "Traceback" in body:
            lines = body.splitlines() or [""]
            words = lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"
            found.append(Logged(holder, record[1], record[2], words[:400]))
    return found


def faketime(offset: str) -> dict[str, str]:
    """An environment in which a process sees the wall clock `offset` off; waiting is as ever."""
    found = provide.faketime()
    assert found, "libfaketime is not installed: apt-get install faketime"
    return {"LD_PRELOAD": str(found), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
