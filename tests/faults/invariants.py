"""What must hold of every history, each by itself; a violation is a sentence.

The numbers are those of the promise: I1 is broken, nobody need ask what that means.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults.history import (
    History,
    Operation,
    Outcome,
    Revocation,
    Stored,
    Stream,
    Truth,
    Usage,
)

FIRST_SEND = 5.0
ALL_AGREE = 15.0
SILENCE = 8.0
STALE = 10.0
FINAL = 4000
REACTION = "👍"
# How much more a process may hold than before, for pools that fill and caches that warm up.
SLACK = {"memory MB": 40, "descriptors": 24, "threads": 10, "connections": 14, "layer keys": 2}


@dataclass(frozen=True, slots=True)
class Violation:
    """`effect` is lost, repeated, reordered or other: the column that it counts in."""

    invariant: str
    effect: str
    text: str

    def __str__(self) -> str:
        return f"{self.invariant} ({self.effect}): {self.text}"


def stored_as_answered(history: History) -> list[Violation]:
    """I1: acknowledged is stored exactly once, unknown at most once, failed never."""
    found: list[Violation] = []
    counts = _times_stored(history)
    for post in _posts(history):
        times = counts[post.room, post.person, post.text]
        if post.outcome is Outcome.ACKNOWLEDGED and not times:
            found.append(Violation("I1", "lost", f"{post.text} was acknowledged, not stored"))
        if times > 1:
            found.append(Violation("I1", "repeated", f"{post.text} is stored {times} times"))
        if post.outcome is Outcome.FAILED and times:
            found.append(Violation("I1", "other", f"{post.text} was refused, and is stored"))
    known = {(op.room, op.text) for op in history.operations}
    for room, message in _stored(history):
        if (room, message.text) not in known:
            found.append(Violation("I1", "other", f"nobody said {message.text!r} in {room}"))
    return found + _changes_stored(history)


def numbered_in_order(history: History) -> list[Violation]:
    """I2: seq and version are 1..n in each room, and follow real time."""
    found: list[Violation] = []
    for truth in history.truths.values():
        seqs = [message.seq for message in truth.messages]
        if seqs != list(range(1, truth.last_seq + 1)):
            found.append(Violation("I2", "lost", f"{truth.room}: seq is not 1..{truth.last_seq}"))
        versions = _own_versions(truth)
        posted = [message.posted_version for message in truth.messages]
        newest = max((message.version for message in truth.messages), default=0)
        if len(set(versions)) < len(versions) or newest > truth.version:
            found.append(Violation("I2", "other", f"{truth.room}: versions repeat or exceed it"))
        if posted != sorted(set(posted)):
            found.append(Violation("I2", "reordered", f"{truth.room}: versions against seq"))
        if any(m.version < m.posted_version for m in truth.messages):
            found.append(Violation("I2", "other", f"{truth.room}: changed before it was posted"))
        found += _against_time(history, truth.room, truth.messages)
    return found


def shown_once_in_order(history: History) -> list[Violation]:
    """I3: each stream grows strictly, shows nothing twice, and ends equal to the database."""
    found: list[Violation] = []
    for stream in history.streams:
        found += _grows(stream)
        if not _turned_away(stream):
            found += _equals(stream, history)
    return found + [Violation("I3", "lost", text) for text in history.pages_differ]


def nothing_after_the_end(history: History) -> list[Violation]:
    """I4: who was removed, signed out or banned is cut off in time and hears nothing later."""
    found: list[Violation] = []
    begun = {(op.room, op.text): op.began for op in history.operations}
    for revocation in history.revocations:
        for stream in _affected(history, revocation):
            limit = revocation.at + revocation.grace
            late = [
                row.text
                for heard in stream.heard
                for row in (*heard.added, *heard.changed)
                if begun.get((stream.room, row.text), 0.0) > limit
            ]
            if late:
                found.append(Violation("I4", "other", f"{stream.reader} still heard {late[0]}"))
            if not any(code >= FINAL and at <= limit for at, code in stream.closes):
                found.append(Violation("I4", "other", f"{stream.reader} was not closed in time"))
    return found


def only_of_its_room(history: History) -> list[Violation]:
    """I5: what is said in one room is in no other room's stream."""
    said = {op.text: op.room for op in history.operations}
    return [
        Violation("I5", "other", f"{stream.reader} of {stream.room} was shown {row.text}")
        for stream in history.streams
        for heard in stream.heard
        for row in (*heard.added, *heard.changed)
        if said.get(row.text, stream.room) != stream.room
    ]


def nothing_held(history: History) -> list[Violation]:
    """I6: memory, descriptors, threads, connections and layer keys are where they were."""
    before = {usage.holder: usage.held for usage in history.usage_before}
    return [
        Violation("I6", "other", f"{after.holder} holds {value} {name}, before {was}")
        for after in history.usage_after
        if after.holder in before
        for name, value in after.held.items()
        if value > (was := before[after.holder].get(name, 0)) + SLACK.get(name, 0)
    ]


def recovers(history: History) -> list[Violation]:
    """I7: the first send succeeds within 5 s of the fault's end, all readers agree within 15 s."""
    found = [Violation("I7", "other", text) for text in history.stuck]
    sends = first_send(history)
    if sends is None or sends > FIRST_SEND:
        when = "never" if sends is None else f"after {sends:.1f} s"
        found.append(Violation("I7", "other", f"the first send succeeded {when}"))
    for stream in history.streams:
        if _turned_away(stream):
            continue
        agrees = catches_up(stream, history)
        if agrees is None or agrees > ALL_AGREE:
            when = "never" if agrees is None else f"after {agrees:.1f} s"
            found.append(Violation("I7", "lost", f"{stream.reader} agreed {when}"))
    return found + _seams(history)


def told_the_truth(history: History) -> list[Violation]:
    """I8: every sender was answered, and what the answer said is so."""
    found: list[Violation] = []
    texts = {(room, m.author, m.nonce): m.text for room, m in _stored(history) if m.nonce}
    changed = {op.seq for op in history.operations if op.kind == "edit"}
    seqs = {(room, m.nonce): m.seq for room, m in _stored(history) if m.nonce}
    for op in history.operations:
        if op.outcome is Outcome.FAILED and not op.told:
            found.append(Violation("I8", "other", f"{op.text} was refused without a word"))
        if op.began > history.ended and op.ended - op.began > SILENCE:
            waited = op.ended - op.began
            found.append(Violation("I8", "other", f"{op.text} was answered after {waited:.1f} s"))
        stored = texts.get((op.room, op.person, op.nonce), op.text)
        acknowledged = op.kind == "post" and op.outcome is Outcome.ACKNOWLEDGED
        if acknowledged and stored != op.text and seqs[op.room, op.nonce] not in changed:
            found.append(Violation("I8", "other", f"{op.text} was acknowledged for {stored}"))
    return found


def no_errors(history: History) -> list[Violation]:
    """I9: no error in the logs besides those that the fault itself is."""
    return [
        Violation("I9", "other", f"{logged.holder}: {logged.level} {logged.logger}: {logged.text}")
        for logged in history.logged
    ]


INVARIANTS: dict[str, Callable[[History], list[Violation]]] = {
    "I1": stored_as_answered,
    "I2": numbered_in_order,
    "I3": shown_once_in_order,
    "I4": nothing_after_the_end,
    "I5": only_of_its_room,
    "I6": nothing_held,
    "I7": recovers,
    "I8": told_the_truth,
    "I9": no_errors,
}


def judge(history: History) -> list[Violation]:
    """All that this history breaks."""
    return [violation for holds in INVARIANTS.values() for violation in holds(history)]


def first_send(history: History) -> float | None:
    """Seconds from the fault's end to the first acknowledgement; None if none ever came."""
    ends = [op.ended for op in history.operations if op.outcome is Outcome.ACKNOWLEDGED]
    return min([max(0.0, e - history.ended) for e in ends if e >= history.ended], default=None)


def catches_up(stream: Stream, history: History) -> float | None:
    """Seconds from the fault's end until this reader has come to where its room was then."""
    mark = history.marks.get(stream.room, 0)
    if stream.start >= mark:
        return 0.0
    reached = [h.at for h in stream.heard if h.cursor is not None and h.cursor >= mark]
    return max(0.0, reached[0] - history.ended) if reached else None


def stalest(history: History) -> float:
    """Seconds from an acknowledgement to when the last reader saw that message, at the most."""
    seqs = {(room, m.nonce): m.seq for room, m in _stored(history)}
    done = [op for op in _posts(history) if op.outcome is Outcome.ACKNOWLEDGED]
    longest = 0.0
    for stream in history.streams:
        opened, seen = min((heard.at for heard in stream.heard), default=0.0), _first_seen(stream)
        for op in done:
            at = seen.get(seqs.get((op.room, op.nonce), 0)) if op.room == stream.room else None
            if at is not None and op.began > opened:
                longest = max(longest, at - op.ended)
    return longest


def _first_seen(stream: Stream) -> dict[int, float]:
    seen: dict[int, float] = {}
    for heard in stream.heard:
        for row in (*heard.added, *heard.changed):
            seen.setdefault(row.seq, heard.at)
    return seen


def _seams(history: History) -> list[Violation]:
    """What somebody noticed of a fault that nobody should notice."""
    if not history.seamless:
        return []
    failed = [op for op in history.operations if op.outcome is not Outcome.ACKNOWLEDGED]
    found = [Violation("I7", "other", f"{op.text} did not succeed: {op.told}") for op in failed]
    if (seconds := stalest(history)) > STALE:
        found.append(Violation("I7", "other", f"a reader was stale for {seconds:.1f} s"))
    return found


def _posts(history: History) -> list[Operation]:
    return [op for op in history.operations if op.kind == "post"]


def _stored(history: History) -> Iterable[tuple[str, Stored]]:
    for truth in history.truths.values():
        for message in truth.messages:
            yield truth.room, message


def _times_stored(history: History) -> Counter[tuple[str, str, str]]:
    """By (room, person, text), where an edited message still counts for what was posted."""
    edits = {(op.room, op.text): op for op in history.operations if op.kind == "edit"}
    posts = {(op.room, op.nonce): op.text for op in _posts(history)}
    counts: Counter[tuple[str, str, str]] = Counter()
    for room, message in _stored(history):
        text = message.text
        if (room, text) in edits:
            text = posts.get((room, message.nonce), text)
        counts[room, message.author, text] += 1
    return counts


def _own_versions(truth: Truth) -> list[int]:
    """Of each message but the replies that follow a change of what they reply to."""
    changed = {message.seq: message.version for message in truth.messages}
    return [m.version for m in truth.messages if m.version != changed.get(m.original)]


def _changes_stored(history: History) -> list[Violation]:
    """An acknowledged edit, removal or reaction stands; of several edits of a message the last.

    A reaction that was sent more than once may be there or be taken back.
    """
    found = []
    messages = {(room, m.seq): m for room, m in _stored(history)}
    last: dict[tuple[str, int], Operation] = {}
    for op in sorted(history.operations, key=lambda op: op.began):
        message = messages.get((op.room, op.seq))
        if op.kind == "edit":
            last[op.room, op.seq] = op
        stands = message is None or not message.removed
        if op.kind == "remove" and op.outcome is Outcome.ACKNOWLEDGED and stands:
            found.append(Violation("I1", "lost", f"{op.room} {op.seq} was not removed"))
        sure = op.kind == "react" and op.outcome is Outcome.ACKNOWLEDGED and op.attempts == 1
        if sure and (message is None or not _reacted(message, op.person)):
            found.append(Violation("I1", "lost", f"{op.person}'s reaction to {op.room} {op.seq}"))
    for (room, seq), op in last.items():
        message = messages.get((room, seq))
        if op.outcome is Outcome.ACKNOWLEDGED and (message is None or message.text != op.text):
            found.append(Violation("I1", "lost", f"the edit {op.text} of {room} {seq}"))
    return found


def _reacted(message: Stored, person: str) -> bool:
    return any(person in chip.split(" ")[1:] for chip in message.chips)


def _against_time(history: History, room: str, messages: list[Stored]) -> list[Violation]:
    """Whoever was acknowledged before another began stands before it."""
    seqs = {message.nonce: message.seq for message in messages if message.nonce}
    done = [
        op
        for op in _posts(history)
        if op.room == room and op.outcome is Outcome.ACKNOWLEDGED and op.nonce in seqs
    ]
    by_end = sorted(done, key=lambda op: op.ended)
    highest, at = 0, 0
    found = []
    for op in sorted(done, key=lambda op: op.began):
        while at < len(by_end) and by_end[at].ended < op.began:
            highest = max(highest, seqs[by_end[at].nonce])
            at += 1
        if seqs[op.nonce] < highest:
            found.append(Violation("I2", "reordered", f"{op.text} stands before an earlier one"))
    return found


def _grows(stream: Stream) -> list[Violation]:
    found: list[Violation] = []
    cursor, shown = stream.start, None
    for heard in stream.heard:
        if heard.cursor is not None and heard.cursor <= cursor and not heard.replaced:
            text = f"{stream.reader}: the cursor went from {cursor} to {heard.cursor}"
            found.append(Violation("I3", "reordered", text))
        cursor = heard.cursor if heard.cursor is not None else cursor
        shown = None if heard.replaced else shown
        for row in heard.added:
            if shown is not None and row.seq <= shown:
                effect = "repeated" if row.seq in stream.rows else "reordered"
                text = f"{stream.reader}: {row.seq} after {shown}"
                found.append(Violation("I3", effect, text))
            elif shown is not None and row.seq > shown + 1:
                text = f"{stream.reader}: {row.seq} right after {shown}"
                found.append(Violation("I3", "lost", text))
            shown = row.seq if shown is None else max(shown, row.seq)
    return found


def _equals(stream: Stream, history: History) -> list[Violation]:
    """What the reader shows is the end of the room, whole, from the first row that it has."""
    truth = history.truths[stream.room]
    first = min(stream.rows, default=1)
    if stream.start == 0 and not any(heard.replaced for heard in stream.heard):
        first = 1
    wanted = {m.seq: m.row for m in truth.messages if m.seq >= first}
    wrong = [seq for seq in wanted | stream.rows if wanted.get(seq) != stream.rows.get(seq)]
    found = [
        Violation(
            "I3",
            "lost" if seq in wanted else "other",
            f"{stream.reader} shows {stream.rows.get(seq)} for {wanted.get(seq)}",
        )
        for seq in sorted(wrong)[:5]
    ]
    if stream.cursor != truth.version and truth.version > stream.start:
        text = f"{stream.reader} ends at version {stream.cursor} of {truth.version}"
        found.append(Violation("I3", "lost", text))
    return found


def _turned_away(stream: Stream) -> bool:
    return any(code >= FINAL for _, code in stream.closes)


def _affected(history: History, revocation: Revocation) -> list[Stream]:
    return [
        stream
        for stream in history.streams
        if stream.person == revocation.person and revocation.room in ("", stream.room)
    ]


def effects(violations: Iterable[Violation]) -> dict[str, int]:
    """How many of these count as lost, repeated, reordered, other."""
    found: defaultdict[str, int] = defaultdict(int)
    for violation in violations:
        found[violation.effect] += 1
    return found


def grown(before: list[Usage], after: list[Usage]) -> bool:
    """Whether what is held has not come back yet."""
    return bool(nothing_held(History(usage_before=before, usage_after=after)))
