"""Writing the audit log."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from accounts.actions import audit
from accounts.models import SITE, AuditEntry, User


def test_an_entry_says_who_did_what_to_whom_where_and_why(alice: User, bob: User) -> None:
    until = datetime(2026, 12, 1, tzinfo=UTC)
    audit.record(
        by=alice,
        verb="muted",
        area="room:7",
        target=bob,
        subject="/rooms/lobby/messages/3/",
        reason="Too loud",
        before={"until": None},
        after={"until": until},
    )
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.area, entry.target) == (alice, "muted", "room:7", bob)
    assert (entry.subject, entry.reason) == ("/rooms/lobby/messages/3/", "Too loud")
    assert (entry.before, entry.after) == ({"until": None}, {"until": "2026-12-01T00:00:00Z"})


def test_the_site_itself_may_be_the_one_that_acts(db: None) -> None:
    audit.record(by=None, verb="purged")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.target, entry.area) == (None, None, SITE)


def test_an_entry_goes_with_what_it_tells_of(alice: User) -> None:
    with transaction.atomic():
        audit.record(by=alice, verb="purged")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_what_the_column_does_not_hold_is_cut(alice: User) -> None:
    audit.record(by=alice, verb="purged", subject="s\x00" * 300, reason="r" * 600)
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.reason) == ("s" * 250, "r" * 500)


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_refused_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError):
        audit.record(by=None, verb="purged")
    assert not AuditEntry.objects.exists()
