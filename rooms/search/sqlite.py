"""The index in SQLite: FTS5 over the messages' terms, kept by triggers.

The terms are analysed already; FTS5 only takes them apart at spaces. Its rows come in order of
primary key, so that the newest matches of a common word are found without a look at the rest.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from rooms.search.match import Match
from rooms.search.query import Phrase

_TABLE = """
CREATE VIRTUAL TABLE IF NOT EXISTS rooms_found USING fts5(
    terms, content='rooms_message', content_rowid='id', columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
)
"""
_OUT = "INSERT INTO rooms_found(rooms_found, rowid, terms) SELECT 'delete', old.id, old.terms"
_IN = "INSERT INTO rooms_found(rowid, terms) SELECT new.id, new.terms"
_TRIGGERS = (
    f"""CREATE TRIGGER IF NOT EXISTS rooms_found_insert AFTER INSERT ON rooms_message
    WHEN new.removed_at IS NULL BEGIN {_IN}; END""",
    f"""CREATE TRIGGER IF NOT EXISTS rooms_found_delete AFTER DELETE ON rooms_message
    WHEN old.removed_at IS NULL BEGIN {_OUT}; END""",
    f"""CREATE TRIGGER IF NOT EXISTS rooms_found_update
    AFTER UPDATE OF terms, removed_at ON rooms_message
    WHEN old.terms <> new.terms OR (old.removed_at IS NULL) <> (new.removed_at IS NULL)
    BEGIN {_OUT} WHERE old.removed_at IS NULL; {_IN} WHERE new.removed_at IS NULL; END""",
)
_FILL = """
INSERT INTO rooms_found(rowid, terms) SELECT id, terms FROM rooms_message WHERE removed_at IS NULL
"""


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        cursor.execute(_FILL)
    keep()


def keep() -> None:
    """The triggers, where they are missing: Django drops them when it makes a table anew."""
    if "rooms_found" not in connection.introspection.table_names():
        return  # migrated back to before there was a search
    with connection.cursor() as cursor:
        for trigger in _TRIGGERS:
            cursor.execute(trigger)


def drop() -> None:
    with connection.cursor() as cursor:
        for name in ("insert", "delete", "update"):
            cursor.execute(f"DROP TRIGGER IF EXISTS rooms_found_{name}")
        cursor.execute("DROP TABLE IF EXISTS rooms_found")


def matches(match: Match, count: int) -> list[int]:
    """The primary keys of the newest `count` messages that match, newest first. One query."""
    adapt = connection.ops.adapt_datetimefield_value
    times = match.times()
    join = "CROSS JOIN rooms_message ON rooms_message.id = rooms_found.rowid" if times else ""
    sql = f"""
        SELECT rooms_found.rowid FROM rooms_found {join}
        WHERE rooms_found MATCH %s AND rooms_found.rowid >= %s AND rooms_found.rowid < %s
        {"".join(f" AND {condition}" for condition, _ in times)}
        ORDER BY rooms_found.rowid DESC LIMIT %s
    """  # noqa: S608
    values: list[Any] = [expression(match), match.lowest, match.below]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(adapt(moment) for _, moment in times), count])
        return [pk for (pk,) in cursor.fetchall()]


def expression(match: Match) -> str:
    """FTS5's syntax; a term is letters and digits, and stands in quotes all the same."""
    wanted = " AND ".join(_any(group) for group in match.required)
    return f"({wanted}) NOT {_any(match.without)}" if match.without else wanted


def _any(phrases: Sequence[Phrase]) -> str:
    return f"({' OR '.join(map(_quoted, phrases))})"


def _quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase).replace('"', '""') + '"'
