"""What it costs to show a page of a room, through the whole of Django, and to count the unread."""

import gzip
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Mention, Message, Room
from rooms.realtime import history
from rooms.sidebar import sidebar
from tests.benchmarks.table import show

SMALL, BIG = 10_000, 1_000_000
USERS = 1_000
TIMES = 100
TEXT = "The kettle is on, who is coming over?"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "PRAGMA")
NAMED = 100  # one message in so many mentions the reader
TALKS = 40  # conversations of the reader, of a few messages each
LATELY = 2_500  # messages since anybody said anything in the quiet room
HEAD = ("messages", "page", "writer", "CPU ms", "median ms", "queries", "KB", "KB gzip")


def run(options: Namespace) -> None:
    rows: list[list[str]] = []
    for messages in (SMALL, BIG) if options.big else (SMALL,):
        forget()
        began = time.perf_counter()
        call_command("seed", rooms=2, users=USERS, messages=messages, verbosity=0)
        print(f"{messages:,} messages were seeded in {time.perf_counter() - began:.0f} s.\n")
        rows += at_size(messages)
    show(f"Pages of a room with {USERS:,} members ({options.profile})", HEAD, rows)
    if options.big:
        compare(rows)


def compare(rows: list[list[str]]) -> None:
    """The big size as a multiple of the small one."""
    half = len(rows) // 2
    ratios = [
        [*small[1:3], *(f"{float(big[n]) / float(small[n]):.2f}" for n in (3, 4))]
        for small, big in zip(rows[:half], rows[half:], strict=True)
    ]
    head = ("page", "writer", "CPU", "median")
    show(f"{BIG:,} messages as a multiple of {SMALL:,}", head, ratios)


def forget() -> None:
    """An empty database again."""
    Mention.objects.all()._raw_delete(using="default")
    Message.objects.all()._raw_delete(using="default")
    Room.objects.all().delete()


def at_size(messages: int) -> list[list[str]]:
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
        "search: common, in a quiet room": "/search/?q=the+in:seed-2",
        "mentions": "/mentions/",
    }
    plant_a_rare_word(room)
    let_the_other_be_quiet(room, writer)
    name_somebody(room, reader)
    talk(room, reader)
    with connection.cursor() as cursor:  # PostgreSQL does so by itself within some minutes
        cursor.execute(f"ANALYZE {Mention._meta.db_table}")
    middle_of = Mention.objects.filter(user=reader).order_by("pk")
    pages["mentions, further"] = f"/mentions/?before={middle_of[middle_of.count() // 2].pk}"
    works: dict[str, Callable[[], bytes]] = {
        name: lambda address=address: client.get(address).content  # type: ignore[misc]
        for name, address in pages.items()
    }
    works["counts of a sidebar"] = lambda: sidebar(reader.pk, None).html.encode()
    works["counts of 100 people anew"] = lambda: counts(room)
    rows = [
        [f"{messages:,}", name, "idle", *cost(work, room, None)] for name, work in works.items()
    ]
    rows.append([f"{messages:,}", "newest", "active", *cost(works["newest"], room, writer)])
    return rows


def let_the_other_be_quiet(room: Room, writer: User) -> None:
    for number in range(LATELY):
        actions.messages.post(room=room, author=writer, text=f"{TEXT} {number}")


def name_somebody(room: Room, reader: User) -> None:
    """In one message of a hundred, of which the last fifty are unread."""
    named = Message.objects.filter(room=room, seq__in=range(0, room.last_seq, NAMED))
    Mention.objects.bulk_create(
        Mention(message_id=pk, room=room, user=reader, seq=seq, due_at=None)
        for pk, seq in named.values_list("pk", "seq").order_by("seq")
    )
    mark = room.last_seq - 50 * NAMED
    Membership.objects.filter(room=room, user=reader).update(last_read_seq=max(0, mark))


def talk(room: Room, reader: User) -> None:
    """Somebody who talks with many alone, in rooms in which little was said."""
    others = User.objects.filter(memberships__room=room).exclude(pk=reader.pk).order_by("-pk")
    for other in others[:TALKS]:
        alone = actions.conversations.begin(by=other, person=reader)
        for number in range(3):
            actions.messages.post(room=alone, author=other, text=f"{TEXT} {number}")


def counts(room: Room) -> bytes:
    people = room.memberships.order_by("pk").values_list("user", flat=True)[:100]
    return str(history.marks(room.pk, list(people))).encode()


def plant_a_rare_word(room: Room) -> None:
    """In ten messages, evenly over the year, at any size."""
    for tenth in range(10):
        message = Message.objects.get(room=room, seq=1 + tenth * (room.last_seq // 10))
        message.text += " xylophone"
        message.save(update_fields=["text", "terms"])


def cost(work: Callable[[], bytes], room: Room, writer: User | None) -> list[str]:
    """Over so many times, with a post by `writer` between each two, which is not counted."""
    work()
    times: list[float] = []
    cpu = 0.0
    for number in range(TIMES):
        if writer is not None:
            actions.messages.post(room=room, author=writer, text=f"{number} {TEXT}")
        begin, began = time.perf_counter(), time.thread_time()
        body = work()
        cpu += time.thread_time() - began
        times.append(time.perf_counter() - begin)
    return [
        f"{1e3 * cpu / TIMES:.2f}",
        f"{1e3 * median(times):.2f}",
        str(queries(work)),
        f"{len(body) / 1e3:.1f}",
        f"{len(gzip.compress(body, 6)) / 1e3:.1f}",
    ]


def queries(work: Callable[[], bytes]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    found = [query["sql"] for query in captured.captured_queries]
    return sum(not sql.startswith(CONTROL) for sql in found)
