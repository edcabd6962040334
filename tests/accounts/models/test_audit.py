"""The audit log: written once, read a page at a time."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.actions import audit
from accounts.models import SITE, AuditEntry, User

triggers = import_module("accounts.migrations.0002_audit")


@pytest.fixture
def entry(alice: User, bob: User) -> AuditEntry:
    """An entry in a database as an operator's is: see `django_db_setup`."""
    if connection.vendor == "sqlite":
        connection.cursor().execute(triggers.REFUSALS["sqlite"][1])
    return audit.record(by=alice, verb="suspended", target=bob, reason="spam")


def in_transaction(change: Callable[[], object]) -> None:
    with transaction.atomic():
        change()


def test_an_entry_is_not_changed(entry: AuditEntry) -> None:
    entry.reason = "nothing"
    entries = AuditEntry.objects.filter(pk=entry.pk)
    for change in (entry.save, lambda: entries.update(reason="nothing")):
        with pytest.raises(DatabaseError, match="never changed"):
            in_transaction(change)
    assert entries.get().reason == "spam"


def test_an_entry_is_not_deleted(entry: AuditEntry) -> None:
    for change in (entry.delete, AuditEntry.objects.all().delete):
        with pytest.raises(DatabaseError, match="never changed"):
            in_transaction(change)
    assert AuditEntry.objects.filter(verb="suspended").count() == 1


def test_an_entry_outlives_its_people(entry: AuditEntry, bob: User) -> None:
    bob.delete()
    (found,) = AuditEntry.objects.page()
    assert (found.target, found.target_id) == (None, entry.target_id)
    assert found.actor is not None
    assert found.actor.username == "alice"


def test_pages_follow_one_another_each_in_one_query(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        audit.record(by=alice, verb="warned", target=bob, subject=str(number))
    with django_assert_num_queries(1):
        first = AuditEntry.objects.page(count=3)
        assert [(each.subject, each.target) for each in first] == [(n, bob) for n in "432"]
    with django_assert_num_queries(1):
        second = AuditEntry.objects.filter(area=SITE).page(before=first[-1].pk, count=3)
    assert [each.subject for each in second] == ["1", "0"]
