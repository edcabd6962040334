"""How the databases go about the lists of Django's admin: by an index, and never far, whatever is
searched for and filtered by at once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.admin.base import EndlessAdmin
from accounts.models import FOREVER, AuditEntry, Invitation, Suspension, User
from rooms.models import Case, Kind, Measure, Membership, Message, Room, Sanction
from rooms.search import postgresql
from tests.conftest import signed_in
from tests.rooms.test_plans import Query, heard

MANY, PEOPLE = 6_000, 800
STEPS, MOST_STEPS, MOST_ROWS = 500, 20_000, 1_000
LARGE = (
    "rooms_message", "rooms_membership", "rooms_sanction", "rooms_case", "accounts_auditentry",
    "accounts_suspension", "accounts_invitation",
)  # fmt: skip
# What each list is asked for, with every other of them: searches, and what its filters offer.
ASKED: dict[str, list[list[str]]] = {
    "rooms/message/": [
        ["", "q=@user3", "q=seed-1", "q=seed-1/40", "q=silent"],
        ["", "removed=yes", "removed=no"],
        ["", "files=yes"],
        ["", "lately=1"],
    ],
    "rooms/membership/": [
        ["", "q=@user3", "q=seed-1", "q=seed-1+@user3"],
        ["", "role=owner", "role=moderator", "role=member"],
        ["", "muted=yes"],
    ],
    "rooms/sanction/": [
        ["", "q=@user3", "q=seed-2"],
        ["", "state=stands", "state=over", "state=lifted"],
        ["", "measure=ban", "measure=mute"],
    ],
    "rooms/case/": [
        ["", "q=@user3", "q=seed-2"],
        ["", "state=open", "state=closed"],
        ["", "what=appeal", "what=spam"],
    ],
    "accounts/auditentry/": [
        ["", "q=@user3", "q=room:1"],
        ["", "verb=muted", "verb=banned"],
        ["", "where=site", "where=rooms"],
        ["", "lately=1"],
    ],
    "accounts/suspension/": [
        ["", "q=@user3"],
        ["", "state=stands", "state=over", "state=lifted"],
        ["", "lately=30"],
    ],
    "accounts/invitation/": [
        ["", "q=@user1"],
        ["", "state=open", "state=used", "state=over", "state=withdrawn"],
    ],
}


@pytest.fixture
def staff(db: None) -> User:
    """Of the staff of a site with thousands of everything, of which few are what is filtered by,
    all of these the oldest."""
    call_command("seed", rooms=3, users=PEOPLE, messages=6_000, verbosity=0)
    people = list(User.objects.order_by("pk"))
    rooms = list(Room.objects.order_by("pk"))
    ada = done_by_staff(people, rooms)
    den = Room.objects.create(name="silent", slug="silent", kind=Kind.PRIVATE)
    Message.objects.bulk_create(
        Message(room=den, seq=n, version=n, posted_version=n, author=people[3], created_at=days(0))
        for n in range(1, 1_501)
    )
    old = Message.objects.order_by("pk").values_list("pk", flat=True)
    Message.objects.filter(pk__in=old[:30]).update(removed_at=days(300))
    Message.objects.filter(pk__in=old[20:60]).update(files=[["x", "x.txt", "text/plain", 1]])
    return ada


def days(ago: int) -> datetime:
    return timezone.now() - timedelta(days=ago)


def done_by_staff(people: list[User], rooms: list[Room]) -> User:
    ada, now = people[0], timezone.now()
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    Sanction.objects.bulk_create(
        Sanction(
            room=rooms[n % 3],
            person=people[n % PEOPLE],
            measure=Measure.BAN if n < 40 else Measure.MUTE,
            until=FOREVER if n < 20 else now - timedelta(hours=1),
            lifted_at=now if n >= 3 * PEOPLE or 10 < n < 40 else None,
        )
        for n in range(MANY)
    )
    Membership.objects.filter(user__in=people[:20]).update(muted_until=now + timedelta(hours=1))
    Membership.objects.filter(user__in=people[20:30]).update(role="moderator")
    Case.objects.bulk_create(
        Case(
            room=rooms[n % 3],
            person=people[n % PEOPLE],
            closed_at=None if n < 40 else now,
            sanction_id=Sanction.objects.order_by("pk")[n].pk if n < 20 else None,
            answer="No" if n < 20 else "",
        )
        for n in range(MANY)
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            verb="banned" if n < 40 else "muted",
            area="site" if n < 20 else f"room:{1 + n % 3}",
            actor=people[n % 5],
            target=people[n % PEOPLE],
        )
        for n in range(MANY)
    )
    Suspension.objects.bulk_create(
        Suspension(
            person=people[n % PEOPLE],
            by=ada,
            at=now - timedelta(days=2),
            until=None if n < 20 else now - timedelta(days=1),
            lifted_at=now if n % 2 else None,
        )
        for n in range(MANY)
    )
    Invitation.objects.bulk_create(
        Invitation(
            made_by=people[n % 5],
            expires_at=now + timedelta(days=1 if n % 3 else -1),
            revoked_at=now if n < 40 else None,
        )
        for n in range(MANY)
    )
    return User.objects.get(pk=ada.pk)


def addresses() -> list[str]:
    return [
        f"/admin/{path}?{'&'.join(filter(None, asked))}"
        for path, parts in ASKED.items()
        for asked in product(*parts)
    ]


def far(query: Query) -> list[str]:
    """What is wrong with the way this query is answered: more rows than a list looks at in one
    step of PostgreSQL's plan, or more steps of SQLite than these take."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # through a small table that is quick
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query[0]}", query[1])
            found = cursor.fetchone()[0]
            return list(read(found[0]["Plan"]))
        steps: list[int] = []
        connection.connection.set_progress_handler(lambda: steps.append(STEPS), STEPS)
        cursor.execute(*query)
        cursor.fetchall()
        connection.connection.set_progress_handler(None, STEPS)
    return [f"{sum(steps)} steps"] if sum(steps) > MOST_STEPS else []


def read(step: dict[str, Any]) -> Iterator[str]:
    """The steps of a plan that read too much of what is large."""
    removed = sum(n for name, n in step.items() if name.startswith("Rows Removed"))
    rows = (step["Actual Rows"] + removed) * step["Actual Loops"]
    if step.get("Relation Name") in LARGE and rows > MOST_ROWS:
        yield f"{step['Node Type']} {step['Relation Name']} ({rows:.0f} rows)"
    for inner in step.get("Plans", ()):
        yield from read(inner)


def test_no_list_goes_far_whatever_it_is_asked_for(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EndlessAdmin, "looked_at", 200)
    monkeypatch.setattr("accounts.admin.base.COUNTED", 100)
    for name in ("WALK", "FARTHER"):
        monkeypatch.setattr(postgresql, name, 400)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    client, faults = signed_in(staff), []
    for address in addresses():
        with heard(LARGE) as made:
            assert client.get(address).status_code == 200, address
        assert made, address
        faults += [f"{address}: {step}\n  {q[0]}" for q in made for step in far(q)]
    assert not faults, "\n".join(faults)
