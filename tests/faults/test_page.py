"""The page without a browser reads the product's own frames and rows."""

from dataclasses import replace

import pytest
from django.utils import timezone

from rooms.models.messages import Line, Original
from rooms.realtime import frames
from tests.faults.history import Row, Stream
from tests.faults.page import Frame, show

pytestmark = pytest.mark.once


def line(seq: int, text: str = "hello", **more: object) -> Line:
    now = timezone.now()
    values = dict.fromkeys(Line._fields) | {
        "seq": seq,
        "version": seq,
        "posted_version": seq,
        "html": f"<p>{text}</p>",
        "created_at": now,
        "opens_run": True,
        "opens_day": seq == 1,
        "author": 1,
        "username": "alice",
        "display_name": "Alice",
    }
    return Line(**(values | more))  # type: ignore[arg-type]


def row(seq: int, text: str = "hello", *, edited: bool = False, removed: bool = False) -> Row:
    return Row(seq, "alice", text, edited, removed)


def test_new_rows_and_the_cursor_are_read() -> None:
    frame = Frame(frames.posted(line(1), "lobby") + frames.cursor(1))
    assert frame.added == [row(1)]
    assert (frame.changed, frame.replaced, frame.cursor) == ([], False, 1)


def test_a_changed_row_takes_the_place_of_the_old_one() -> None:
    stream = Stream("bob 1", "bob", "lobby")
    new = frames.posted(line(1), "lobby") + frames.posted(line(2), "lobby")
    show(stream, Frame(new + frames.cursor(2)), 1.0)
    edited = frames.changed(line(1, "better", edited_at=timezone.now()), "lobby")
    removed = frames.changed(line(2, removed_at=timezone.now()), "lobby")
    show(stream, Frame(edited + removed + frames.cursor(4)), 2.0)
    assert stream.rows == {1: row(1, "better", edited=True), 2: row(2, "", removed=True)}
    assert stream.cursor == 4


def test_a_change_of_a_row_that_is_not_shown_changes_nothing() -> None:
    stream = Stream("bob 1", "bob", "lobby")
    show(stream, Frame(frames.changed(line(7), "lobby") + frames.cursor(9)), 1.0)
    assert stream.rows == {}
    assert stream.cursor == 9


def test_what_a_message_replies_to_and_what_stands_below_it_are_read() -> None:
    original = Original(1, "Tea, **anyone**?", None, 2, "bob", "Bob")
    reply = line(2, original=original, reactions="👍 alice bob\n🎉 bob")
    frame = Frame(frames.posted(reply, "lobby"))
    wanted = replace(row(2), reply="In reply to Bob Tea, anyone?", chips=("👍 alice bob", "🎉 bob"))
    assert frame.added == [wanted]
    gone = line(2, original=original._replace(removed_at=timezone.now()))
    assert Frame(frames.changed(gone, "lobby")).changed == [
        replace(row(2), reply="In reply to a message that was removed")
    ]


def test_reactions_alone_take_the_place_of_those_below_a_row() -> None:
    stream = Stream("bob 1", "bob", "lobby")
    show(stream, Frame(frames.posted(line(1), "lobby") + frames.cursor(1)), 1.0)
    for seq in (1, 7):
        reacted = frames.reacted(line(seq, reactions="👍 alice"))
        show(stream, Frame(reacted + frames.cursor(2)), 2.0)
    assert stream.rows == {1: replace(row(1), chips=("👍 alice",))}


def test_an_acknowledgement_and_a_notice_are_told_apart() -> None:
    assert Frame(frames.ack("n1", "n2")).acknowledges
    refusal = Frame(frames.notice("Write something first."))
    assert not refusal.acknowledges
    assert refusal.notice == "Write something first."


def test_frames_without_rows_leave_no_trace() -> None:
    stream = Stream("bob 1", "bob", "lobby")
    show(stream, Frame(frames.connection() + frames.presence(["Alice"])), 1.0)
    assert stream.heard == []
