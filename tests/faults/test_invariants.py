"""The checker by itself: a good history passes, and each kind of harm is found by its invariant."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.history import (
    Heard,
    History,
    Logged,
    Operation,
    Outcome,
    Revocation,
    Row,
    Stored,
    Stream,
    Truth,
    Usage,
)
from tests.faults.invariants import INVARIANTS, judge
from tests.faults.process import parse_log

pytestmark = pytest.mark.once


def operation(number: int, kind: str = "post", **more: object) -> Operation:
    begun = {"began": float(number), "ended": number + 0.5, "outcome": Outcome.ACKNOWLEDGED}
    words = {"kind": kind, "person": "ann", "room": "lobby", "text": f"text {number}"}
    return Operation(**(words | begun | {"nonce": f"n{number}", "attempts": 1} | more))  # type: ignore[arg-type]


def stored(seq: int, **more: object) -> Stored:
    message = Stored(seq, seq, seq, "ann", f"n{seq}", f"text {seq}", False, False)
    return replace(message, **more)  # type: ignore[arg-type]


def good() -> History:
    """Three posts, then an edit of the first; a fault from 1.55 to 1.6; one reader of it all."""
    edited = stored(1, version=4, text="text 4", edited=True)
    rows = {1: edited.row, 2: stored(2).row, 3: stored(3).row}
    heard = [
        Heard(1.1, added=(stored(1).row,), cursor=1),
        Heard(2.1, added=(stored(2).row,), cursor=2),
        Heard(3.1, added=(stored(3).row,), cursor=3),
        Heard(4.1, changed=(edited.row,), cursor=4),
    ]
    stream = Stream("ben 1", "ben", "lobby", heard=heard, rows=rows, cursor=4, opened=1)
    return History(
        began=1.55,
        ended=1.6,
        operations=[*map(operation, (1, 2, 3)), operation(4, "edit", seq=1, nonce="edit")],
        streams=[stream],
        truths={"lobby": Truth("lobby", 4, 3, [edited, stored(2), stored(3)])},
        marks={"lobby": 2},
        usage_before=[Usage("one", {"memory MB": 100})],
        usage_after=[Usage("one", {"memory MB": 101})],
    )


def lose_a_message(history: History) -> None:
    del history.truths["lobby"].messages[1]


def store_twice(history: History) -> None:
    history.truths["lobby"].messages.append(stored(4, version=5, text="text 2"))


def store_what_was_refused(history: History) -> None:
    history.operations[1].outcome, history.operations[1].told = Outcome.FAILED, "No."


def store_what_nobody_said(history: History) -> None:
    history.truths["lobby"].messages.append(stored(4, version=5, text="who said that"))


def lose_an_edit(history: History) -> None:
    history.truths["lobby"].messages[0] = stored(1, version=4)


def lose_a_removal(history: History) -> None:
    history.operations.append(operation(5, "remove", seq=2))


def lose_a_reaction(history: History) -> None:
    history.operations.append(operation(5, "react", seq=2))


def leave_a_hole(history: History) -> None:
    history.truths["lobby"].messages[2] = stored(4, version=3, text="text 3", nonce="n3")


def repeat_a_version(history: History) -> None:
    history.truths["lobby"].messages[2] = stored(3, version=2)


def exceed_the_room(history: History) -> None:
    history.truths["lobby"].version = 3


def swap_two(history: History) -> None:
    messages = history.truths["lobby"].messages
    messages[1] = stored(2, nonce="n3", text="text 3")
    messages[2] = stored(3, nonce="n2", text="text 2")


def skip_a_row(history: History) -> None:
    del history.streams[0].heard[1]


def show_a_row_twice(history: History) -> None:
    history.streams[0].heard[2] = Heard(3.1, added=(stored(2).row, stored(3).row), cursor=3)


def show_against_the_order(history: History) -> None:
    heard = history.streams[0].heard
    heard[1], heard[2] = replace(heard[2], cursor=2), replace(heard[1], cursor=3)


def go_back(history: History) -> None:
    history.streams[0].heard[2] = replace(history.streams[0].heard[2], cursor=2)


def miss_an_edit(history: History) -> None:
    history.streams[0].rows[1] = stored(1).row


def keep_what_is_not_there(history: History) -> None:
    history.streams[0].rows[9] = Row(9, "ann", "never stored")


def end_behind(history: History) -> None:
    history.streams[0].cursor = 3


def differ_in_a_browser(history: History) -> None:
    history.pages_differ.append("the page of ann")


def hear_after_removal(history: History) -> None:
    history.revocations.append(Revocation("ben", at=1.0, room="lobby"))
    history.streams[0].closes.append((1.5, 4403))


def stay_after_removal(history: History) -> None:
    history.revocations.append(Revocation("ben", at=9.0))


def close_late(history: History) -> None:
    history.revocations.append(Revocation("ben", at=5.0))
    history.streams[0].closes.append((6.5, 4401))


def hear_another_room(history: History) -> None:
    history.operations.append(operation(9, room="den", text="a secret"))
    history.streams[0].heard[0] = Heard(1.1, added=(Row(1, "ann", "a secret"),), cursor=1)


def hold_memory(history: History) -> None:
    history.usage_after[0].held["memory MB"] = 200


def leave_descriptors(history: History) -> None:
    history.usage_before[0].held["descriptors"] = 20
    history.usage_after[0].held["descriptors"] = 120


def send_late(history: History) -> None:
    for op in history.operations[1:]:
        op.began, op.ended = op.began + 6, op.ended + 6


def agree_late(history: History) -> None:
    late = [replace(heard, at=heard.at + 20) for heard in history.streams[0].heard]
    history.streams[0].heard = late


def never_get_well(history: History) -> None:
    history.stuck.append("the server did not come back")


def refuse_a_send(history: History) -> None:
    history.seamless = True
    history.operations.append(operation(9, outcome=Outcome.FAILED, told="Not now."))


def be_stale(history: History) -> None:
    history.seamless = True
    heard = history.streams[0].heard
    history.streams[0].heard = [*heard[:2], *(replace(h, at=h.at + 12) for h in heard[2:])]


def refuse_without_a_word(history: History) -> None:
    history.operations.append(operation(9, outcome=Outcome.FAILED))


def leave_without_an_answer(history: History) -> None:
    history.operations.append(operation(9, outcome=Outcome.UNKNOWN, ended=30.0))


def acknowledge_another_text(history: History) -> None:
    history.operations.append(operation(3, text="other words"))


def log_an_error(history: History) -> None:
    history.logged.append(Logged("one", "ERROR", "hubbub.hub", "The hub's tick failed once."))


HARM: list[tuple[str, Callable[[History], None]]] = [
    ("I1", lose_a_message),
    ("I1", store_twice),
    ("I1", store_what_was_refused),
    ("I1", store_what_nobody_said),
    ("I1", lose_an_edit),
    ("I1", lose_a_removal),
    ("I1", lose_a_reaction),
    ("I2", leave_a_hole),
    ("I2", repeat_a_version),
    ("I2", exceed_the_room),
    ("I2", swap_two),
    ("I3", skip_a_row),
    ("I3", show_a_row_twice),
    ("I3", show_against_the_order),
    ("I3", go_back),
    ("I3", miss_an_edit),
    ("I3", keep_what_is_not_there),
    ("I3", end_behind),
    ("I3", differ_in_a_browser),
    ("I4", hear_after_removal),
    ("I4", stay_after_removal),
    ("I4", close_late),
    ("I5", hear_another_room),
    ("I6", hold_memory),
    ("I6", leave_descriptors),
    ("I7", send_late),
    ("I7", agree_late),
    ("I7", never_get_well),
    ("I7", refuse_a_send),
    ("I7", be_stale),
    ("I8", refuse_without_a_word),
    ("I8", leave_without_an_answer),
    ("I8", acknowledge_another_text),
    ("I9", log_an_error),
]


def test_a_good_history_breaks_nothing() -> None:
    assert judge(good()) == []


@pytest.mark.parametrize(("invariant", "harm"), HARM, ids=[harm.__name__ for _, harm in HARM])
def test_each_harm_is_found(invariant: str, harm: Callable[[History], None]) -> None:
    history = good()
    harm(history)
    assert invariant in {violation.invariant for violation in INVARIANTS[invariant](history)}
    assert invariant in {violation.invariant for violation in judge(history)}


def test_an_unknown_message_may_be_stored_or_not() -> None:
    history = good()
    history.operations[2].outcome = Outcome.UNKNOWN
    assert judge(history) == []
    history.operations.append(operation(9, outcome=Outcome.UNKNOWN))
    assert judge(history) == []


def test_a_reply_follows_what_it_replies_to_in_one_version_and_is_shown_so() -> None:
    history = good()
    truth, stream = history.truths["lobby"], history.streams[0]
    reply = stored(3, version=4, original=1, reply="In reply to ann text 4")
    truth.messages[2] = reply
    assert {violation.invariant for violation in judge(history)} == {"I3"}
    stream.rows[3] = reply.row
    assert judge(history) == []


def test_a_reaction_that_was_sent_twice_may_be_there_or_not() -> None:
    history = good()
    history.operations.append(operation(5, "react", seq=2, attempts=2))
    assert judge(history) == []
    history.operations[-1].attempts = 1
    history.truths["lobby"].messages[1] = given = stored(2, chips=("👍 ann ben",))
    history.streams[0].rows[2] = given.row
    assert judge(history) == []


def test_a_page_far_behind_may_skip_to_the_newest_rows() -> None:
    history = good()
    stream = history.streams[0]
    stream.heard = [Heard(2.0, added=(stored(3).row,), replaced=True, cursor=3), stream.heard[3]]
    stream.rows = {3: stored(3).row}
    assert judge(history) == []


def test_who_was_turned_away_need_not_follow() -> None:
    history = good()
    stream = history.streams[0]
    history.revocations.append(Revocation("ben", at=2.5))
    stream.heard, stream.rows, stream.cursor = stream.heard[:2], {1: stored(1).row}, 2
    stream.closes.append((2.6, 4403))
    assert judge(history) == []


def test_errors_are_read_out_of_a_log_with_the_end_of_their_traceback() -> None:
    log = (
        "Hubbub is at http://127.0.0.1:1/\n"
        "2026-11-24 19:00:00,123 WARNING hubbub.bus: slow\n"
        "2026-11-24 19:00:01,123 ERROR hubbub.hub: The tick failed.\n"
        "Traceback (most recent call last):\n"
        '  File "x.py", line 1, in f\n'
        "ValueError: no\n"
        "2026-11-24 19:00:02,123 INFO hubbub.hub: well again\n"
    )
    assert parse_log("one", log) == [
        Logged("one", "ERROR", "hubbub.hub", "The tick failed. … ValueError: no")
    ]
