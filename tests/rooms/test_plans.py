"""How the databases go about the queries that every page and every worker's turn make: never
through all messages, mentions or members, and never by sorting a room.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import actions, days
from rooms.models import (
    Attachment,
    Letter,
    Mailing,
    Membership,
    Mention,
    Message,
    Reaction,
    Room,
)
from rooms.models.mentions import Sort
from rooms.realtime import history
from rooms.search import find, postgresql
from tests.conftest import signed_in

MESSAGES, PEOPLE = 4_500, 300
HOT = (
    "rooms_message", "rooms_mention", "rooms_membership", "rooms_reaction", "rooms_attachment",
    "rooms_letter", "rooms_mailing",
)  # fmt: skip
FEW = "rooms_mailing"  # by so few PostgreSQL does not mind going through them
MOST = 450  # rows that one step of a plan reads; a calendar looks up 366 edges
# What SQLite may read from end to end: values of the query itself, results of an inner one, the
# search's index (which begins at the newest), and rooms.
SMALL = re.compile(
    r"SCAN (\(subquery|\d+ CONSTANT|CONSTANT|edge|seen|rooms_found VIRTUAL|(rooms_)?room\b)"
)
# What may be sorted: the rooms of one person, the people of the mentions that are due, the ranks
# that a room's open reports are on, and the reactions to a page's messages.
FEW_SORTED = (
    '"rooms_room"."last_posted_at" DESC NULLS LAST',
    "SELECT DISTINCT",
    'SELECT "rooms_case"."room_id" AS "room"',
    'ORDER BY "rooms_reaction"."id"',
)

OF_ROOMS = re.compile("pair_once|public_name_once|room_kind_name|rooms_room_")

type Query = tuple[str, Any]


@pytest.fixture
def reader(db: None) -> User:
    """Somebody in a world of some thousands of everything."""
    call_command("seed", rooms=3, users=PEOPLE, messages=MESSAGES, verbosity=0)
    first = Room.objects.get(slug="seed-1")
    people = list(User.objects.order_by("pk"))
    me = people[0]
    named = Message.objects.filter(room=first).order_by("seq").values_list("pk", "seq")[::2]
    now = timezone.now()
    Mention.objects.bulk_create(
        Mention(
            message_id=pk,
            room=first,
            user=me if n % 40 == 0 else people[n % PEOPLE],
            seq=seq,
            due_at=now - timedelta(minutes=1) if n > len(named) - 50 else None,
        )
        for n, (pk, seq) in enumerate(named)
    )
    mine = Message.objects.filter(room=first, author=me).values_list("pk", "seq")
    Mention.objects.bulk_create(
        (
            Mention(message_id=pk, room=first, user=me, seq=seq, sort=Sort.REACTION, due_at=None)
            for pk, seq in mine
        ),
        ignore_conflicts=True,
    )
    Reaction.objects.bulk_create(
        Reaction(message_id=pk, user=people[1 + n % 20], emoji="👍")
        for n, pk in enumerate({pk for pk, _ in (*mine, *named)})
    )
    Attachment.objects.bulk_create(
        Attachment(message_id=pk, author=people[n % 20], name="x.txt", type="text/plain", size=1)
        for n, (pk, _) in enumerate(named)
    )
    for other in people[1:13]:
        actions.conversations.begin(by=other, person=me)
    Mailing.objects.bulk_create(
        Mailing(user=user, digest=True, digest_at=now + timedelta(hours=1)) for user in people
    )
    Letter.objects.bulk_create(
        Letter(user=people[n % PEOPLE], subject="mentions", due_at=None, made_at=now)
        for n in range(2_000)
    )
    Letter.objects.create(user=me, subject="digest", made_at=now)
    Mailing.objects.filter(user=me).update(digest_at=now)
    first.memberships.filter(user=me).update(last_read_seq=first.last_seq - 120)
    return me


def works(me: User) -> dict[str, Callable[[], object]]:
    """All that is asked often, by what it is asked for."""
    client: Client = signed_in(me)
    room = Room.objects.get(slug="seed-1")
    day = days.day_of(timezone.now() - timedelta(days=100), days.zone_of(me))
    key = actions.members.renew_feed(member=room.memberships.get(user=me))
    pages = {
        "room": "/rooms/seed-1/",
        "a page of the room": "/rooms/seed-1/?before=2000",
        "older rows": "/rooms/seed-1/older/?before=2000",
        "what was missed": f"/rooms/seed-1/changes/?cursor={room.version - 30}",
        "what was missed, far": "/rooms/seed-1/changes/?cursor=10",
        "trim": "/rooms/seed-1/trim/",
        "permalink": "/rooms/seed-1/messages/2000/",
        "calendar": "/rooms/seed-1/history/",
        "day": f"/rooms/seed-1/history/{day}/",
        "day of a message": "/rooms/seed-1/messages/2000/day/",
        "search, rare": "/search/?q=xylophone",
        "search, common": "/search/?q=the",
        "search, common, best": "/search/?q=the&sort=best",
        "search, common, in a room and month": f"/search/?q=the+in:seed-2+on:{day:%Y-%m}",
        "search, by somebody": "/search/?q=the+from:user3",
        "inbox": "/mentions/",
        "inbox, further": "/mentions/?before=1000",
        "inbox, replies": "/mentions/?sort=reply",
        "inbox, reactions": "/mentions/?sort=reaction",
        "saved": "/saved/",
        "Atom": f"/feeds/{key}/",
    }
    found: dict[str, Callable[[], object]] = {
        name: lambda address=address: client.get(address)  # type: ignore[misc]
        for name, address in pages.items()
    }
    return found | {
        "counts": lambda: history.marks(room.pk, [me.pk]),
        "read mark": lambda: Membership.see([(room.pk, me.pk, room.last_seq - 60)]),
        "post": lambda: actions.messages.post(room=room, author=me, text="the @user9 and @room"),
        "reply": lambda: actions.messages.post(room=room, author=me, text="so", reply=2000),
        "react": lambda: actions.reactions.toggle(
            member=room.memberships.get(user=me),
            message=room.messages.get(seq=2000),
            emoji="🎉",
        ),
        "remove": lambda: actions.removals.remove(
            member=room.memberships.get(user=me),
            message=room.messages.get(seq=room.last_seq),
            reason="",
        ),
        "letters due": actions.letters.gather,
        "digests due": actions.letters.digest,
        "a letter": actions.letters.send,
        "old letters": actions.letters.forget,
        "all read": lambda: actions.members.read_everything(user=me),
    }


@contextmanager
def heard(tables: tuple[str, ...] = HOT) -> Iterator[list[Query]]:
    """The queries on what is large, as they are made."""
    made: list[Query] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if any(table in sql for table in tables) and not sql.lstrip().startswith("INSERT"):
            made.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield made


def plan(query: Query) -> list[str]:
    """What is wrong with the way this query is answered, as lines of its plan."""
    sql, params = query
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [step for *_, step in cursor.fetchall() if is_costly(step, sql)]
        cursor.execute("SET LOCAL enable_seqscan = off")  # through a small table that is quick
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
        transaction.set_rollback(True)
    steps = json.loads(found) if isinstance(found, str) else found
    return list(costly(steps[0]["Plan"]))


def is_costly(step: str, sql: str) -> bool:
    scans = step.startswith("SCAN") and not SMALL.match(step)
    return scans or ("TEMP B-TREE" in step and not any(few in sql for few in FEW_SORTED))


def costly(step: dict[str, Any]) -> Iterator[str]:
    """Steps of PostgreSQL's plan that read a table from end to end, or many rows."""
    removed = sum(n for name, n in step.items() if name.startswith("Rows Removed"))
    rows = (step["Actual Rows"] + removed) * step["Actual Loops"]
    kind, table = step["Node Type"], step.get("Relation Name", "")
    # Of rooms this counts those that other tests took back as well; what is read is the step above.
    if kind == "Bitmap Index Scan" and OF_ROOMS.match(step["Index Name"]):
        rows = 0
    if rows > MOST or (kind == "Seq Scan" and table in HOT and table != FEW):
        yield f"{kind} {table} ({rows:.0f} rows)"
    for inner in step.get("Plans", ()):
        yield from costly(inner)


def test_nothing_asked_often_goes_through_a_room_or_sorts_it(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the planner's statistics and, on SQLite, which gathers none by itself, without."""
    monkeypatch.setattr(postgresql, "WALK", 400)
    monkeypatch.setattr(postgresql, "FARTHER", 400)
    monkeypatch.setattr(find, "BEST_OF", 40)
    faults = []
    for measured in (False, True):
        if measured:
            connection.cursor().execute("ANALYZE")
        elif connection.vendor == "postgresql":
            continue
        for name, work in works(reader).items():
            with transaction.atomic():
                with heard() as made:
                    work()
                assert made, name
                faults += [f"{name}: {step}\n  {sql}" for sql, p in made for step in plan((sql, p))]
                transaction.set_rollback(True)
    assert not faults, "\n".join(faults)
