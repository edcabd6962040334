"""`manage.py work`: what is due is done, in a process of its own beside the server."""

import os
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from rooms import actions
from rooms.realtime.fault import Fault

# Each does a little of what is due, and says whether there was any.
JOBS: tuple[Callable[[], bool], ...] = (
    actions.letters.gather,
    actions.letters.digest,
    actions.letters.send,
    actions.letters.forget,
    actions.leaving.step,
    actions.held.forget,
    actions.cases.forget,
    actions.retention.step,
    actions.attachments.sweep,
)
PAUSE = 1.0  # seconds, where nothing is due


class Command(BaseCommand):
    help = "Send letters, and do whatever else is due, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due")
        parser.add_argument("--beside", type=int, help="end with this process, our parent")

    def handle(self, *args: Any, once: bool, beside: int | None, **options: Any) -> None:
        stopped = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopped.set())
        faults = {job: Fault(f"The job {job.__name__} fails; it is tried again") for job in JOBS}
        while not stopped.is_set() and (beside is None or os.getppid() == beside):
            busy = [do(job, faults[job]) for job in JOBS]
            if any(busy):
                continue
            if once:
                return
            stopped.wait(PAUSE)


def do(job: Callable[[], bool], fault: Fault) -> bool:
    """One turn of a job; the others go on whatever befalls it."""
    try:
        busy = job()
    except Exception:
        fault.shows()
        connection.close()
        return False
    fault.over()
    return busy
