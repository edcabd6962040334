"""Emptying the database between tests that commit, beside a server that goes on living on it."""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

# What migrating fills and no test changes.
KEPT = {model._meta.db_table for model in (ContentType, Permission)}
# Rows go in any order, with the audit log's, whose triggers would refuse it. Where the server is
# in the way, PostgreSQL ends its query, which heals, and not this one.
QUIETLY = "SET LOCAL session_replication_role = replica; SET LOCAL deadlock_timeout = '20s'"


def install() -> None:
    """Let Django's test cases, which pytest-django makes of fixtures, empty it this way.

    `flush` locks all tables against everybody, also those that are empty, and then fills the
    kept ones again.
    """
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]


def empty(_: TransactionTestCase) -> None:
    """Delete all rows of tables that have any, until none has: the server may be writing still.

    Only rows are locked, so that whoever reads goes on.
    """
    while tables := filled():
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(QUIETLY)
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608


def filled() -> list[str]:
    """Tables that have rows, by one query."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = (
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")"  # noqa: S608
        for name in sorted(set(names) - KEPT)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [name for (name,) in cursor.fetchall()]
