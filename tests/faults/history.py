"""What happened in an episode, as plain data: what was tried, told, heard and, in the end, true.

All times are seconds of one clock, that of the campaign's process.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Outcome(StrEnum):
    """What became of an operation, as its sender was told. UNKNOWN: no answer that says."""

    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Operation:
    """A message posted, edited, removed or reacted to by a writer, however many attempts it took.

    `text` is said by no other operation. `seq` is the message that is edited, removed, reacted or
    replied to. `began` is the first attempt, `ended` the last answer; `told` the sentence of a
    refusal.
    """

    kind: str
    person: str
    room: str
    text: str
    nonce: str
    began: float
    seq: int = 0
    ended: float = 0.0
    attempts: int = 0
    outcome: Outcome = Outcome.UNKNOWN
    told: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as a page shows it; a removed one without its text.

    `reply` is what it says of the message that it replies to, `chips` each emoji below it with
    the user names of those who gave it.
    """

    seq: int
    author: str
    text: str
    edited: bool = False
    removed: bool = False
    reply: str = ""
    chips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame that a reader got: rows added at the end, rows put in the place of others, whether
    the whole list was replaced, and the cursor, if there was one."""

    at: float
    added: tuple[Row, ...] = ()
    changed: tuple[Row, ...] = ()
    replaced: bool = False
    cursor: int | None = None


@dataclass(slots=True)
class Stream:
    """What came to one reader of a room over all its connections, and what it shows at last.

    `start` is the cursor that it began with. `closes` are (time, code) of each connection's end.
    """

    reader: str
    person: str
    room: str
    start: int = 0
    heard: list[Heard] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)
    cursor: int = 0
    opened: int = 0
    closes: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message in the database; `original` is the seq of the one that it replies to, if any."""

    seq: int
    version: int
    posted_version: int
    author: str
    nonce: str
    text: str
    edited: bool
    removed: bool
    original: int = 0
    reply: str = ""
    chips: tuple[str, ...] = ()

    @property
    def row(self) -> Row:
        if self.removed:
            return Row(self.seq, self.author, "", removed=True)
        row = Row(self.seq, self.author, self.text, self.edited)
        return replace(row, reply=self.reply, chips=self.chips)


@dataclass(slots=True)
class Truth:
    """A room in the database, after all is quiet."""

    room: str
    version: int
    last_seq: int
    messages: list[Stored] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Revocation:
    """From `at` on nothing of `room` (empty: of any) is for `person`; `grace` seconds at most."""

    person: str
    at: float
    room: str = ""
    grace: float = 1.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process, or a server for all of them, holds; by name, so that it can be compared."""

    holder: str
    held: dict[str, int]


@dataclass(frozen=True, slots=True)
class Logged:
    """An error in the log of a process, with its last line of a traceback."""

    holder: str
    level: str
    logger: str
    text: str


@dataclass(slots=True)
class History:
    """One episode: a fault between `began` and `ended`, and all that was seen around it.

    `marks` are the versions that the rooms had when the fault ended. `pages_differ` are the real
    pages that did not come to show what a fresh one does, `stuck` what did not get well in time.
    `seamless` is the fault's own word.
    """

    began: float = 0.0
    ended: float = 0.0
    operations: list[Operation] = field(default_factory=list)
    streams: list[Stream] = field(default_factory=list)
    truths: dict[str, Truth] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    revocations: list[Revocation] = field(default_factory=list)
    usage_before: list[Usage] = field(default_factory=list)
    usage_after: list[Usage] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)
    pages_differ: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    seamless: bool = False
