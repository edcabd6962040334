"""The index in PostgreSQL: GIN over the messages' terms.

GIN knows no order: for a common word it would fetch and sort a good part of all messages, and
the planner, asked for the newest, guesses. So three ways are taken, each where it is quick. The
newest messages are walked first, which ends early where there are many matches; then the newest
of where to look, which may be quiet while others talk; where the page is not full by then the
word is rare enough for GIN, whose answer is sorted.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from rooms.models.found import PUBLIC
from rooms.search.match import Match
from rooms.search.query import Phrase

WALK = 2_000  # messages, wherever they are
FARTHER = 3_000  # messages of public rooms, and as many of the others together
LEAST = 50  # of each of these

_INDEX = """
CREATE INDEX IF NOT EXISTS rooms_found ON rooms_message USING gin (terms)
WITH (gin_pending_list_limit = 256) WHERE removed_at IS NULL
"""
_IN_PUBLIC = f"removed_at IS NULL AND terms @@ '''{PUBLIC}'''::tsquery"
_WALKS = {
    "rooms_found_public": f"(id) WHERE {_IN_PUBLIC}",
    "rooms_found_room": "(room_id, id) WHERE removed_at IS NULL",
}
_NEWEST = """
SELECT id FROM (
    SELECT id, terms, removed_at, created_at FROM rooms_message
    WHERE id >= %(lowest)s AND id < %(below)s ORDER BY id DESC LIMIT %(walk)s
) AS newest
WHERE terms @@ %(wanted)s::tsquery AND removed_at IS NULL {times}
ORDER BY id DESC LIMIT %(count)s
"""
# A room is walked by pairs, which its own index alone has in order: asked for `room_id = source`,
# the planner may go back through all messages there are, for each conversation of few.
# What one walk did not come to may be newer than what another found: nothing is told that is older
# than where any of them stopped before its end.
_NEAR = f"""
WITH walked AS MATERIALIZED (
    SELECT 0 AS source, id, terms @@ %(wanted)s::tsquery {{times}} AS matches FROM (
        SELECT id, terms, created_at FROM rooms_message
        WHERE %(public)s AND id >= %(lowest)s AND id < %(below)s AND {_IN_PUBLIC}
        ORDER BY id DESC LIMIT %(farther)s
    ) AS newest
    UNION ALL
    SELECT source, id, terms @@ %(wanted)s::tsquery {{times}}
    FROM unnest(%(rooms)s::bigint[]) AS source CROSS JOIN LATERAL (
        SELECT id, terms, created_at FROM rooms_message
        WHERE (room_id, id) >= (source, %(lowest)s) AND (room_id, id) < (source, %(below)s)
            AND removed_at IS NULL
        ORDER BY room_id DESC, id DESC LIMIT %(each)s
    ) AS newest
), stopped AS (
    SELECT min(id) AS id FROM walked GROUP BY source
    HAVING count(*) = CASE source WHEN 0 THEN %(farther)s ELSE %(each)s END
)
SELECT id FROM walked WHERE matches AND id >= (SELECT coalesce(max(id), 0) FROM stopped)
ORDER BY id DESC LIMIT %(count)s
"""  # noqa: S608
# Materialised, or the planner would walk backwards through all there is for a word that is rare.
_ALL = """
WITH found AS MATERIALIZED (
    SELECT id FROM rooms_message WHERE id >= %(lowest)s AND id < %(below)s
        AND terms @@ %(wanted)s::tsquery AND removed_at IS NULL {times}
)
SELECT id FROM found ORDER BY id DESC LIMIT %(count)s
"""


def create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INDEX)


def create_walks() -> None:
    """Ways through public rooms alone, and through each room alone, from the newest on."""
    with connection.cursor() as cursor:
        for name, how in _WALKS.items():
            cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON rooms_message {how}")


def drop_walks() -> None:
    with connection.cursor() as cursor:
        for name in _WALKS:
            cursor.execute(f"DROP INDEX IF EXISTS {name}")


def keep() -> None:
    """An index stays with its table."""


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS rooms_found")


def matches(match: Match, count: int) -> list[int]:
    """The primary keys of the newest `count` messages that match, newest first.

    At most three queries.
    """
    values: dict[str, Any] = {
        "wanted": expression(match),
        "rooms": list(match.rooms),
        "public": match.public,
        "lowest": match.lowest,
        "below": match.below,
        "count": count,
        "walk": WALK,
        "farther": FARTHER,
        "each": max(LEAST, FARTHER // (len(match.rooms) or 1)),
    }
    also = ""
    for number, (condition, moment) in enumerate(match.times()):
        also += f" AND {condition}".replace("%s", f"%(moment{number})s")
        values[f"moment{number}"] = moment
    with connection.cursor() as cursor:
        for way in (_NEWEST, _NEAR, _ALL):
            cursor.execute(way.format(times=also), values)
            found = [pk for (pk,) in cursor.fetchall()]
            if len(found) == count:
                break
    return found


def expression(match: Match) -> str:
    """A `tsquery`; a term is letters and digits, and stands in quotes all the same."""
    wanted = " & ".join(_any(group) for group in match.required)
    return f"({wanted}) & !{_any(match.without)}" if match.without else wanted


def _any(phrases: Sequence[Phrase]) -> str:
    return f"({' | '.join(map(_quoted, phrases))})"


def _quoted(phrase: Phrase) -> str:
    terms = (term.replace("\\", "\\\\").replace("'", "''") for term in phrase)
    return "(" + " <-> ".join(f"'{term}'" for term in terms) + ")"
