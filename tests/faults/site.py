"""A whole site to be harmed: databases, processes, a bad line between every two of them."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.faults.environment import DISK
from tests.faults.history import Usage
from tests.faults.process import Process
from tests.faults.proxy import Proxy
from tests.servers import Server, run_postgresql, start_postgresql, start_redis

POSTGRESQL = (
    "synchronous_commit=on",  # what is acknowledged must survive an immediate shutdown
    "max_connections=70",
    "shared_buffers=32MB",
    "min_wal_size=32MB",
    "max_wal_size=96MB",
)
DISK_MB = 220


class Site:
    """Two processes on PostgreSQL and Redis (`scaled`), or one on SQLite (`embedded`).

    `front` is where readers come in and `desk` where writers do: both go to a process that says
    it is ready, if there is one. `database_lines` and `layer_lines` are each process's own. The
    campaign itself looks at the database past all of them.
    """

    def __init__(self, profile: str, folder: Path) -> None:
        self.profile, self.folder = profile, folder
        self.processes: list[Process] = []
        self.database_lines: list[Proxy] = []
        self.layer_lines: list[Proxy] = []
        self.redis: Server | None = None
        self.postgresql: Server | None = None
        self.mounted = False

    @property
    def is_scaled(self) -> bool:
        return self.profile == "scaled"

    async def __aenter__(self) -> "Site":
        self._ends = AsyncExitStack()
        self.disk = self.folder / DISK
        self.disk.mkdir(exist_ok=True)
        self.mounted = _mount(self.disk)
        if self.is_scaled:
            await self._start_servers()
        else:
            self.processes = [Process("one", self.folder, {})]
        self.front = await self._line([process.port for process in self.processes], self._ready)
        self.desk = await self._line([process.port for process in self.processes], self._ready)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self.processes:
            await process.end()
        with suppress(AttributeError):
            self._watching.cancel()
        await self._ends.aclose()
        for server in (self.redis, self.postgresql):
            if server is not None:
                _release(server)
                await asyncio.to_thread(server.stop)
        if self.mounted:
            await asyncio.to_thread(subprocess.run, ["umount", "--lazy", str(self.disk)])

    async def start(self, **more: str) -> None:
        """Start every process, with this in its environment from now on."""
        for process in self.processes:
            process.environment |= more
        await asyncio.gather(*(process.start() for process in self.processes))
        self._watching = asyncio.create_task(self._watch())

    async def restart(self, **more: str) -> None:
        """Every process anew."""
        self._watching.cancel()
        for process in self.processes:
            await process.end()
        await self.start(**more)

    def steer(self, **said: Any) -> None:
        for process in self.processes:
            process.steer(**said)

    async def start_redis(self) -> None:
        """A new and empty Redis in the place of the old one."""
        folder = self.folder / f"redis-{time.monotonic_ns()}"
        self.redis = await asyncio.to_thread(start_redis, folder)
        for line in self.layer_lines:
            line.upstreams = [port_of(self.redis)]

    async def stop_redis(self) -> None:
        if self.redis is not None:
            await asyncio.to_thread(self.redis.stop)
        self.redis = None

    async def start_postgresql(self) -> None:
        """The same cluster again, wherever it stopped."""
        self.postgresql = await asyncio.to_thread(run_postgresql, self.cluster, POSTGRESQL)
        for line in (*self.database_lines, self.own):
            line.upstreams = [port_of(self.postgresql)]

    async def stop_postgresql(self, how: signal.Signals) -> None:
        """SIGINT: a fast shutdown. SIGQUIT: an immediate one, as if it had crashed."""
        assert self.postgresql is not None
        with suppress(ProcessLookupError):
            os.kill(pid_of(self.postgresql), how)
        await asyncio.to_thread(self.postgresql.process.wait)

    def usage(self) -> list[Usage]:
        """What the processes hold, and what the servers hold for them."""
        found = [usage for process in self.processes if (usage := process.usage())]
        shared: dict[str, int] = {}
        if self.is_scaled:
            shared["connections"] = sum(line.open for line in self.database_lines)
            shared["layer keys"] = sum(line.open for line in self.layer_lines)
        return [*found, Usage("the servers", shared)]

    async def _start_servers(self) -> None:
        self.folder.chmod(0o711)
        self.disk.chmod(0o755)
        self.cluster = self.disk / "postgresql"
        self.cluster.mkdir()
        self.postgresql = await asyncio.to_thread(start_postgresql, self.cluster, POSTGRESQL)
        await self.start_redis()
        assert self.redis is not None
        own = urlsplit(os.environ["DATABASE_URL"]).port or 0
        self.own = await self._line([port_of(self.postgresql)], port=own)
        for name in ("one", "two"):
            database = await self._line([port_of(self.postgresql)])
            layer = await self._line([port_of(self.redis)])
            self.database_lines.append(database)
            self.layer_lines.append(layer)
            environment = {
                "DATABASE_URL": f"postgres://hubbub@127.0.0.1:{database.port}/hubbub",
                "REDIS_URL": f"redis://127.0.0.1:{layer.port}/0",
            }
            self.processes.append(Process(name, self.folder, environment))

    async def _line(
        self, upstreams: list[int], prefer: Callable[[int], bool] | None = None, port: int = 0
    ) -> Proxy:
        return await self._ends.enter_async_context(Proxy(upstreams, prefer, port))

    def _ready(self, port: int) -> bool:
        return next(process.ready for process in self.processes if process.port == port)

    async def _watch(self) -> None:
        """Ask each process whether it is ready, as an operator's proxy does."""
        while True:
            await asyncio.gather(*(process.serves() for process in self.processes))
            await asyncio.sleep(0.25)


def port_of(server: Server) -> int:
    port = urlsplit(server.url).port
    assert port is not None
    return port


def pid_of(server: Server) -> int:
    """The server's own process; the one that the tests hold is its keeper."""
    keeper = server.process.pid
    children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
    names = {int(pid): Path(f"/proc/{pid}/comm").read_text().strip() for pid in children}
    return next(pid for pid, name in names.items() if name not in ("sh", "cat", "dash"))


def _release(server: Server) -> None:
    """A frozen server does not hear that it should end."""
    with suppress(OSError, StopIteration):
        os.kill(pid_of(server), signal.SIGCONT)


def _mount(folder: Path) -> bool:
    """A small disk of its own at `folder`, where that is allowed."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0
