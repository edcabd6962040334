"""What somebody who floods a room does to the others in it, and to the server.

One account posts 200 messages a second through five sockets, while somebody else says two a second.
The limits are those that a site has by itself; slow mode is a room's own.
"""

import time
from argparse import Namespace
from contextlib import ExitStack
from dataclasses import dataclass

from django.core.management import call_command

from rooms.models import Room
from tests.benchmarks.fanout import OURS, RESUME, ROOM, Clients, share_of_cpu, sign_in
from tests.benchmarks.process import Served
from tests.benchmarks.table import show

READERS = 50
SOCKETS = 5
RATE, CALM = 200, 2
SLOW = 10
LIMITS = {"THROTTLE_BURST": "120", "THROTTLE_RATE": "20"}
HEAD = (
    "slow mode", "flood", "messages sent", "seen by each", "of the other's", "sockets cut off",
    "p50 ms", "p99 ms", "CPU", "CPU idle",
)  # fmt: skip


def run(options: Namespace) -> None:
    call_command("seed", rooms=1, users=READERS + 2, messages=1_000, verbosity=0)
    rows = [measure(slow, rate, options.seconds) for slow in (0, SLOW) for rate in (0, RATE)]
    title = f"A flood before {READERS} readers, {options.seconds} s ({options.profile})"
    show(title, HEAD, [seen.row() for seen in rows])


@dataclass(slots=True)
class Seen:
    """What came to the readers, and what it cost."""

    slow: int
    rate: int
    sent: int
    calm: int
    articles: int
    lost: int
    p50: float
    p99: float
    cpu: float
    idle: float

    def row(self) -> list[str]:
        each = self.articles / READERS
        return [
            f"{self.slow} s" if self.slow else "off",
            f"{self.rate}/s" if self.rate else "none",
            f"{self.sent:,}",
            f"{each:.0f}",
            f"{self.calm}",
            f"{self.lost} of {SOCKETS}",
            f"{self.p50:.1f}",
            f"{self.p99:.1f}",
            f"{self.cpu:.1%}",
            f"{self.idle:.1%}",
        ]


def measure(slow: int, rate: int, seconds: int) -> Seen:
    """One line of the table. In slow mode the other one says a thing as often as is allowed."""
    Room.objects.filter(slug=ROOM).update(slow_mode=slow)
    *readers, calm, flooder = sign_in(READERS + 2)
    with Served(OURS, "/healthz", **LIMITS) as server, ExitStack() as ends:

        def clients(cookies: list[str]) -> Clients:
            opened = Clients(server, RESUME, cookies)
            ends.callback(opened.end)
            return opened

        crowd, other, harm = clients(readers), clients([calm]), clients([flooder] * SOCKETS)
        idle = share_of_cpu(server)
        for each in (crowd, other, harm):
            each.ask("begin")
        before, begun = server.cpu(), time.monotonic()
        if rate:
            harm.tell(f"post {rate} {seconds}")
        said = other.ask(f"post {1 / slow if slow else CALM} {seconds}")["posted"]
        sent = harm.answer()["posted"] if rate else 0
        time.sleep(max(0.0, begun + seconds - time.monotonic()) + 1)
        cpu = (server.cpu() - before) / (seconds + 1)
        found, lost = crowd.ask("count"), harm.ask("count")["lost"]
    return Seen(
        slow=slow,
        rate=rate,
        sent=sent,
        calm=said,
        articles=found["articles"],
        lost=lost,
        p50=found["p50"],
        p99=found["p99"],
        cpu=cpu,
        idle=idle,
    )
