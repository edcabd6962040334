"""What Django's admin and the queues of reports cost, on a large site and on a small one."""

from argparse import Namespace
from itertools import batched

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import FOREVER, AuditEntry, User
from rooms.models import Case, Measure, Message, Report, ReportKind, Room, Sanction
from tests.benchmarks.page import BIG, SMALL, cost, forget
from tests.benchmarks.table import show

USERS = {SMALL: 1_000, BIG: 10_000}
CASES = {SMALL: 100, BIG: 2_000}
REPORTS = 3  # on each
HEAD = ("messages", "page", "CPU ms", "median ms", "queries", "KB", "KB gzip")


def run(options: Namespace) -> None:
    rows: list[list[str]] = []
    for messages in (SMALL, BIG) if options.big else (SMALL,):
        Case.objects.all().delete()
        forget()
        call_command("seed", rooms=20, users=USERS[messages], messages=messages, verbosity=0)
        rows += at_size(messages)
    show(f"Admin and queues ({options.profile})", HEAD, rows)


def at_size(messages: int) -> list[list[str]]:
    room = Room.objects.get(slug="seed-1")
    report(room, CASES[messages])
    moderate(room, CASES[messages])
    staff = User.objects.create_superuser(f"staff{messages}", f"s{messages}@example.org", None)
    client = Client()
    client.force_login(staff)
    writer = room.memberships.select_related("user").order_by("pk")[1].user
    pages = {
        "people": "/admin/accounts/user/",
        "people, searched": f"/admin/accounts/user/?q={writer.username}",
        "a person": f"/admin/accounts/user/{writer.pk}/change/",
        "rooms": "/admin/rooms/room/",
        "messages": "/admin/rooms/message/",
        "messages of somebody": f"/admin/rooms/message/?q=@{writer.username}",
        "messages of a room": "/admin/rooms/message/?q=seed-1",
        "messages, removed": "/admin/rooms/message/?removed=yes",
        "messages, with files": "/admin/rooms/message/?files=yes",
        "messages of somebody, removed": f"/admin/rooms/message/?q=@{writer.username}&removed=yes",
        "messages of a room, removed": "/admin/rooms/message/?q=seed-1&removed=yes",
        "messages of a room, with files": "/admin/rooms/message/?q=seed-1&files=yes",
        "messages of a room, of the last day": "/admin/rooms/message/?q=seed-1&lately=1",
        "people of rooms": "/admin/rooms/membership/",
        "people of a room": "/admin/rooms/membership/?q=seed-1",
        "people of a room, moderators": "/admin/rooms/membership/?q=seed-1&role=moderator",
        "rooms of somebody": f"/admin/rooms/membership/?q=@{writer.username}",
        "reports": "/admin/rooms/case/",
        "reports, open": "/admin/rooms/case/?state=open",
        "reports of a room, appeals": "/admin/rooms/case/?q=seed-1&what=appeal",
        "reports, harassment": "/admin/rooms/case/?what=harassment",
        "sanctions": "/admin/rooms/sanction/",
        "sanctions, bans that stand": "/admin/rooms/sanction/?state=stands&measure=ban",
        "sanctions of a room, lifted": "/admin/rooms/sanction/?q=seed-1&state=lifted",
        "the log": "/admin/accounts/auditentry/",
        "the log, a verb of the site": "/admin/accounts/auditentry/?verb=banned&where=site",
        "the log, of somebody": f"/admin/accounts/auditentry/?q=@{writer.username}&verb=muted",
        "queue of the site": "/staff/reports/",
        "queue of a room": "/rooms/seed-1/reports/",
        "a room with its count": "/rooms/seed-1/",
    }
    for name, path in pages.items():
        assert client.get(path).status_code == 200, name
    return [
        [f"{messages:,}", name, *cost(lambda path=path: client.get(path).content, room, None)]  # type: ignore[misc]
        for name, path in pages.items()
    ]


def moderate(room: Room, count: int) -> None:
    """Many mutes that are over and told of in the log, a few bans that stand, of the oldest
    messages every hundredth removed and some with files."""
    people, now = list(User.objects.order_by("pk")[:count]), timezone.now()
    Sanction.objects.all().delete()
    Sanction.objects.bulk_create(
        Sanction(
            room=room,
            person=person,
            measure=Measure.BAN if n < 20 else Measure.MUTE,
            until=FOREVER if n < 20 else now,
            lifted_at=now if n % 3 else None,
        )
        for n, person in enumerate(people)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(verb="banned" if n < 20 else "muted", area=room.area, target=person)
        for n in range(10)
        for person in people
    )
    old = list(
        Message.objects.filter(room=room).order_by("pk").values_list("pk", flat=True)[:5_000]
    )
    Message.objects.filter(pk__in=old[::100]).update(removed_at=now)
    Message.objects.filter(pk__in=old[1::500]).update(files=[["k", "x.txt", "text/plain", 1]])


def report(room: Room, count: int) -> None:
    """So many open cases, each on another person, with three reports of one message."""
    reporters = list(User.objects.order_by("-pk")[:REPORTS])
    known = {reporter.pk for reporter in reporters}
    people = [u for u in User.objects.order_by("pk")[: count + REPORTS] if u.pk not in known]
    said = Message.objects.filter(room=room).order_by("pk")[:count]
    for pairs in batched(zip(people, said, strict=False), 500):
        cases = Case.objects.bulk_create(
            Case(room=room, person=person, opened_at=timezone.now()) for person, _ in pairs
        )
        Report.objects.bulk_create(
            Report(case=case, reporter=reporter, kind=ReportKind.SPAM, message=message,
                   seq=message.seq, text=message.text, said_at=message.created_at)
            for case, (_, message) in zip(cases, pairs, strict=True)
            for reporter in reporters
        )  # fmt: skip
