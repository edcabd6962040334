"""What is asked of an index, in terms that need no knowledge of rooms or people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rooms.search.query import Phrase

END = 2**62


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase of each group and none of `without`, in a message whose primary key is from
    `lowest` on and before `below`, and which came from `since` on and before `before`.
    """

    groups: list[list[Phrase]]
    without: Sequence[Phrase] = ()
    lowest: int = 0
    below: int = END
    since: datetime | None = None
    before: datetime | None = None

    def times(self) -> list[tuple[str, datetime]]:
        """The conditions on when the message came, as SQL, each with its value."""
        found = (("created_at >= %s", self.since), ("created_at < %s", self.before))
        return [(sql, moment) for sql, moment in found if moment is not None]
