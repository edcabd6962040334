"""The index in PostgreSQL: GIN over the messages' terms.

GIN knows no order: for a common word it would fetch and sort a good part of all messages, and
the planner, asked for the newest, guesses. So both ways are taken, each where it is quick. The
newest messages are walked first, which ends early where there are many matches; where the page
is not full by then the word is rare enough for GIN, whose answer is sorted.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from rooms.search.match import Match
from rooms.search.query import Phrase

WALK = 2_000

_INDEX = """
CREATE INDEX IF NOT EXISTS rooms_found ON rooms_message USING gin (terms)
WITH (gin_pending_list_limit = 256) WHERE removed_at IS NULL
"""
_NEWEST = """
SELECT id FROM (
    SELECT id, terms, removed_at, created_at FROM rooms_message
    WHERE id >= %s AND id < %s ORDER BY id DESC LIMIT {walk}
) AS newest
WHERE terms @@ %s::tsquery AND removed_at IS NULL {times}
ORDER BY id DESC LIMIT %s
"""
# Materialised, or the planner would walk backwards through all there is for a word that is rare.
_ALL = """
WITH found AS MATERIALIZED (
    SELECT id FROM rooms_message
    WHERE id >= %s AND id < %s AND terms @@ %s::tsquery AND removed_at IS NULL {times}
)
SELECT id FROM found ORDER BY id DESC LIMIT %s
"""


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INDEX)


def keep() -> None:
    """An index stays with its table."""


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS rooms_found")


def matches(match: Match, count: int) -> list[int]:
    """The primary keys of the newest `count` messages that match, newest first. Two queries."""
    times = match.times()
    also = "".join(f" AND {condition}" for condition, _ in times)
    moments = [moment for _, moment in times]
    values: list[Any] = [match.lowest, match.below, expression(match), *moments, count]
    with connection.cursor() as cursor:
        for way in (_NEWEST, _ALL):
            cursor.execute(way.format(walk=WALK, times=also), values)
            found = [pk for (pk,) in cursor.fetchall()]
            if len(found) == count:
                break
    return found


def expression(match: Match) -> str:
    """A `tsquery`; a term is letters and digits, and stands in quotes all the same."""
    wanted = " & ".join(_any(group) for group in match.groups)
    return f"({wanted}) & !{_any(match.without)}" if match.without else wanted


def _any(phrases: Sequence[Phrase]) -> str:
    return f"({' | '.join(map(_quoted, phrases))})"


def _quoted(phrase: Phrase) -> str:
    terms = (term.replace("\\", "\\\\").replace("'", "''") for term in phrase)
    return "(" + " <-> ".join(f"'{term}'" for term in terms) + ")"
