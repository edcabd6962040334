"""What it costs to show a page of a room, through the whole of Django."""

import gzip
import time
from argparse import Namespace
from datetime import timedelta
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.benchmarks.table import show

SMALL, BIG = 10_000, 1_000_000
USERS = 1_000
TIMES = 100
TEXT = "The kettle is on, who is coming over?"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")
HEAD = ("messages", "page", "writer", "CPU ms", "median ms", "queries", "KB", "KB gzip")


def run(options: Namespace) -> None:
    rows = []
    for messages in (SMALL, BIG) if options.big else (SMALL,):
        forget()
        call_command("seed", rooms=1, users=USERS, messages=messages, verbosity=0)
        rows += at_size(messages)
    show(f"Pages of a room with {USERS:,} members ({options.profile})", HEAD, rows)


def forget() -> None:
    """An empty database again."""
    Message.objects.all()._raw_delete(using="default")
    Room.objects.all().delete()


def at_size(messages: int) -> list[list[object]]:
    room = Room.objects.get(slug="seed-1")
    reader, writer = User.objects.filter(memberships__room=room).order_by("pk")[1:3]
    client = Client()
    client.force_login(reader)
    middle = messages // 2
    day = timezone.localdate() - timedelta(days=150)
    pages = {
        "newest": "/rooms/seed-1/",
        "around a message": f"/rooms/seed-1/messages/{middle}/",
        "older rows": f"/rooms/seed-1/older/?before={middle}",
        "calendar": "/rooms/seed-1/history/",
        "a day": f"/rooms/seed-1/history/{day.isoformat()}/",
        "search: rare": "/search/?q=xylophone",
        "search: common": "/search/?q=the",
        "search: common, best": "/search/?q=the&sort=best",
        "search: common, a month": f"/search/?q=the+in:seed-1+on:{day:%Y-%m}",
    }
    plant_a_rare_word(room, messages)
    rows: list[list[object]] = []
    for name, address in pages.items():
        rows.append([f"{messages:,}", name, "idle", *cost(client, address, room, None)])
    rows.append([f"{messages:,}", "newest", "active", *cost(client, pages["newest"], room, writer)])
    return rows


def plant_a_rare_word(room: Room, messages: int) -> None:
    """In ten messages, evenly over the year, at any size."""
    for tenth in range(10):
        message = Message.objects.get(room=room, seq=1 + tenth * (messages // 10))
        message.text += " xylophone"
        message.save(update_fields=["text", "terms"])


def cost(client: Client, address: str, room: Room, writer: User | None) -> list[str]:
    """Over so many loads, with a post by `writer` between each two: only loads are counted."""
    client.get(address)
    times: list[float] = []
    cpu = 0.0
    for _ in range(TIMES):
        if writer is not None:
            actions.messages.post(room=room, author=writer, text=TEXT)
        begin, began = time.perf_counter(), time.thread_time()
        body = client.get(address).content
        cpu += time.thread_time() - began
        times.append(time.perf_counter() - begin)
    return [
        f"{1e3 * cpu / TIMES:.2f}",
        f"{1e3 * median(times):.2f}",
        str(queries(client, address)),
        f"{len(body) / 1e3:.1f}",
        f"{len(gzip.compress(body, 6)) / 1e3:.1f}",
    ]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    found = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) for sql in found)
