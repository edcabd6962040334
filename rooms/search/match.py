"""What is asked of an index, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rooms.models.found import PUBLIC, room_term
from rooms.search.query import Phrase

END = 2**62


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase of each group and none of `without`, in one of `rooms` or, if `public`, in any
    public room, in a message whose primary key is from `lowest` on and before `below`, and which
    came from `since` on and before `before`.
    """

    groups: list[list[Phrase]]
    rooms: Sequence[int]
    public: bool
    without: Sequence[Phrase] = ()
    lowest: int = 0
    below: int = END
    since: datetime | None = None
    before: datetime | None = None

    @property
    def required(self) -> list[list[Phrase]]:
        """The groups, and the terms of where to look."""
        scope = [PUBLIC] if self.public else []
        return [*self.groups, [(term,) for term in [*scope, *map(room_term, self.rooms)]]]

    def times(self) -> list[tuple[str, datetime]]:
        """The conditions on when the message came, as SQL, each with its value."""
        found = (("created_at >= %s", self.since), ("created_at < %s", self.before))
        return [(sql, moment) for sql, moment in found if moment is not None]
