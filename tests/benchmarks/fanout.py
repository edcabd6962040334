"""What it costs to show a message to everybody in a room, and how long they wait for it."""

import json
import subprocess
import sys
import time
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import call_command

from accounts.models import User
from rooms.models import Membership
from tests.benchmarks.process import Served
from tests.benchmarks.table import show
from tests.live import ROOT, session_of

ROOM = "seed-1"
WRITERS = 5
IDLE = 4.0
DRAIN = 8.0
RESUME = json.dumps({"type": "resume", "cursor": "now"})
OURS = ["manage.py", "serve", "--port"]
OBVIOUS = ["-m", "tests.benchmarks.obvious"]
HEAD = (
    "way", "messages/s", "delivered", "CPU µs a delivery", "without posting", "frames a delivery",
    "p50 ms", "p99 ms", "CPU idle", "KiB a socket",
)  # fmt: skip


def run(options: Namespace) -> None:
    call_command("seed", rooms=1, users=options.readers + WRITERS, messages=1_000, verbosity=0)
    rates = [float(rate) for rate in options.rates.split(",")]
    ways = {"the hub": (OURS, RESUME)}
    if not options.ours:
        ways["the obvious way"] = (OBVIOUS, "")
    found = {way: measure(*ways[way], rates, options.readers, options.seconds) for way in ways}
    title = f"Fan-out to {options.readers} readers and {WRITERS} writers ({options.profile})"
    show(title, HEAD, [result.row(way) for way in found for result in found[way]])
    for result, other in zip(found["the hub"], found.get("the obvious way", []), strict=False):
        ratio = other.cost / result.cost
        print(f"At {result.rate:g} messages/s the obvious way costs {ratio:.1f} times as much.")


@dataclass(slots=True)
class Alone:
    """The server without a conversation: idle share of a CPU, seconds a post, bytes a socket."""

    readers: int
    idle: float
    posting: float
    memory: float


@dataclass(slots=True)
class Result:
    """At one rate: what was sent and what came; `cpu` is the server's seconds beyond idling."""

    alone: Alone
    rate: float
    posted: int
    articles: int
    frames: int
    cpu: float
    p50: float
    p99: float

    @property
    def cost(self) -> float:
        """Microseconds of CPU for each message that a socket was sent."""
        return 1e6 * self.cpu / max(1, self.articles)

    def row(self, way: str) -> list[str]:
        delivered = self.articles / (self.posted * (self.alone.readers + WRITERS))
        rest = 1e6 * (self.cpu - self.alone.posting * self.posted) / max(1, self.articles)
        return [
            way,
            f"{self.rate:g}",
            f"{delivered:.1%}",
            f"{self.cost:.1f}",
            f"{rest:.1f}" if delivered > 0.99 else "",
            f"{self.frames / max(1, self.articles):.2f}",
            f"{self.p50:.1f}",
            f"{self.p99:.1f}",
            f"{self.alone.idle:.2%}",
            f"{self.alone.memory / 1024:.0f}",
        ]


class Clients:
    """Sockets in a process of their own; see `clients.py`."""

    def __init__(self, server: Served, greeting: str, cookies: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.clients"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        path = f"/ws/chat/{ROOM}/"
        crowd = {"port": server.port, "path": path, "greeting": greeting, "cookies": cookies}
        self.ask(json.dumps(crowd))

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, line: str) -> Any:
        self.tell(line)
        return self.answer()

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


def measure(
    command: list[str], greeting: str, rates: list[float], readers: int, seconds: int
) -> list[Result]:
    """The server alone with its writers, then with readers: idle, then at each rate."""
    cookies = sign_in(readers + WRITERS)
    with Served(command, "/healthz") as server, ExitStack() as ends:
        writers = Clients(server, greeting, cookies[:WRITERS])
        ends.callback(writers.end)
        posting = cost_of_posting(server, writers)
        before = server.memory()
        crowd = Clients(server, greeting, cookies[WRITERS:])
        ends.callback(crowd.end)
        time.sleep(2)  # presence settles
        memory = (server.memory() - before) / readers
        alone = Alone(readers, share_of_cpu(server), posting, memory)
        return [at_rate(server, writers, crowd, rate, seconds, alone) for rate in rates]


def sign_in(count: int) -> list[str]:
    """Cookies of so many signed-in members."""
    members = Membership.objects.filter(room__slug=ROOM).values("user")
    people = User.objects.filter(pk__in=members).order_by("pk")[:count]
    return [f"{settings.SESSION_COOKIE_NAME}={session_of(person)}" for person in people]


def share_of_cpu(server: Served) -> float:
    cpu = server.cpu()
    time.sleep(IDLE)
    return (server.cpu() - cpu) / IDLE


def cost_of_posting(server: Served, writers: Clients) -> float:
    """CPU seconds of a post when only the writers are there; a first hundred warms up."""
    writers.ask("post 50 2")
    cpu = server.cpu()
    posted: int = writers.ask("post 50 4")["posted"]
    time.sleep(0.3)
    return (server.cpu() - cpu) / posted


def at_rate(
    server: Served, writers: Clients, crowd: Clients, rate: float, seconds: int, alone: Alone
) -> Result:
    for clients in (crowd, writers):
        clients.ask("begin")
    begin, cpu = time.monotonic(), server.cpu()
    posted = writers.ask(f"post {rate} {seconds}")["posted"]
    theirs = drained(crowd, posted * alone.readers)
    cpu, window = server.cpu() - cpu, time.monotonic() - begin
    own = writers.ask("count")
    return Result(
        alone=alone,
        rate=rate,
        posted=posted,
        articles=theirs["articles"] + own["articles"],
        frames=theirs["frames"] + own["frames"],
        cpu=cpu - alone.idle * window,
        p50=theirs["p50"],
        p99=theirs["p99"],
    )


def drained(crowd: Clients, expected: int) -> Any:
    """What came, once all has come or `DRAIN` seconds are over."""
    end = time.monotonic() + DRAIN
    found = crowd.ask("count")
    while found["articles"] < expected and time.monotonic() < end:
        time.sleep(0.1)
        found = crowd.ask("count")
    return found
