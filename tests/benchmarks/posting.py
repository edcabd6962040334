"""What it costs to post a message, in rooms of two sizes."""

import asyncio
import secrets
import threading
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice

from django.core.management import call_command
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Room
from rooms.realtime.hub import running_hub
from tests.benchmarks.table import show

SIZES = (30, 1_000)
POSTS = 400
THREADS = 8
TEXT = "The kettle is on, who is coming over? I have *two* cakes and <https://example.org/recipe>."
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")
HEAD = ("members", "threads", "CPU ms a post", "ms a post", "posts a second", "queries")


def run(options: Namespace) -> None:
    call_command("seed", rooms=1, users=max(SIZES), messages=1_000, verbosity=0)
    people = list(User.objects.order_by("pk")[: max(SIZES)])
    rows: list[list[object]] = []
    with hub():
        for size in SIZES:
            room = room_of(people[:size])
            post(room, people[:size], 50, 1)  # warms up
            count = queries(room, people[0])
            for threads in (1, THREADS):
                costs = post(room, people[:size], POSTS, threads)
                rows.append([f"{size:,}", threads, *costs, count])
    show(f"Posting ({options.profile}), nobody watching", HEAD, rows)


@contextmanager
def hub() -> Iterator[None]:
    """This process's hub in a thread, as the server has it: it hears what is announced."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def begin() -> None:
        running_hub()

    asyncio.run_coroutine_threadsafe(begin(), loop).result()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)


def room_of(people: Sequence[User]) -> Room:
    room = actions.rooms.create(owner=people[0], name=f"room of {len(people)}")
    Membership.objects.bulk_create(Membership(room=room, user=person) for person in people[1:])
    return room


def queries(room: Room, author: User) -> int:
    with CaptureQueriesContext(connection) as captured:
        actions.messages.post(room=room, author=author, text=TEXT)
    found = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) for sql in found)


def post(room: Room, people: Sequence[User], count: int, threads: int) -> list[str]:
    """Post `count` messages: CPU of the whole process, the clock's time, and posts a second."""

    def one(author: User) -> None:
        nonce = secrets.token_urlsafe(12)
        actions.messages.post(room=room, author=author, text=f"{nonce}: {TEXT}", nonce=nonce)
        close_old_connections()  # as requests and sockets do

    with ThreadPoolExecutor(threads) as pool:
        begin, cpu = time.perf_counter(), time.process_time()
        list(pool.map(one, islice(cycle(people), count)))
    took, cpu = time.perf_counter() - begin, time.process_time() - cpu
    return [f"{1e3 * cpu / count:.2f}", f"{1e3 * took / count:.2f}", f"{count / took:.0f}"]
