"""Frames on their short way: whole, in order, for slow readers as well."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from accounts.models import User
from config.server import text_frame
from rooms.models import Message, Room
from tests.live import LiveServer, Page


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (1, b"\x81\x01"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65_535, b"\x81\x7e\xff\xff"),
        (65_536, b"\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
    ],
)
def test_a_frame_says_its_length_as_the_standard_has_it(size: int, head: bytes) -> None:
    assert text_frame("x" * size) == head + b"x" * size


def test_the_length_counts_bytes() -> None:
    assert text_frame("é") == b"\x81\x02\xc3\xa9"


@contextmanager
def behind(live: LiveServer, alice: User, bob: User) -> Iterator[Page]:
    """Bob's page before ninety messages that it has not read: more than the kernel takes for a
    reader that does not read, so that Twisted keeps the rest."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", live.port))
    slow = live.socket("/ws/chat/lobby/", bob, sock=narrow)
    with slow, live.socket("/ws/chat/lobby/", alice) as hers:
        slow.resume()
        hers.resume()
        for number in range(90):
            hers.send(json.dumps({"message": f"number {number} " + "word " * 1_900}))
        hers.until('id="m90"')
        yield slow


def test_a_reader_who_pauses_gets_all_of_it_in_order(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with behind(live, alice, bob) as slow:
        slow.until('id="m90"')
        text = "".join(slow.frames)
    assert [text.count(f">number {number} ") for number in range(90)] == [1] * 90
    order = [text.index(f">number {number} ") for number in range(90)]
    assert order == sorted(order)


def test_a_reader_who_pauses_hears_why_the_socket_is_closed(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with behind(live, alice, bob) as slow:
        for _ in range(400):
            slow.send('{"type": "typing"}')
        time.sleep(2)  # what a page is busy with before it reads on
        assert slow.closed() == 4408
        assert "Try again in" in slow.frames[-1]


def test_a_frame_of_many_times_64_kib_arrives_whole(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with live.socket("/ws/chat/lobby/", alice) as hers:
        hers.resume()
        for number in range(30):
            hers.say(f"number {number} " + "word " * 1_900)
    with live.socket("/ws/chat/lobby/", bob) as his:
        his.send('{"type": "resume", "cursor": "0"}')
        frame = his.until("<article")
    assert len(frame) > 250_000
    assert frame.count("<article") == Message.objects.count() == 30


def test_a_reader_who_never_reads_is_cut_off_and_nobody_else_notices(
    live: LiveServer, lobby: Room, alice: User, mallory: User
) -> None:
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", live.port))
    never = live.socket("/ws/chat/lobby/", mallory, sock=narrow, max_queue=1)
    heavy = "a@b.co " * 1_400  # some 100 KB of HTML
    with live.socket("/ws/chat/lobby/", alice) as hers, never:
        never.resume()
        hers.resume()
        hers.told("2 here")
        for number in range(110):
            hers.say(f"{number} {heavy}")
        while not all(sign in (text := "".join(hers.frames)) for sign in ("1 here", 'id="m110"')):
            hers.until(".")
    assert [int(seq) for seq in re.findall('<article id="m([0-9]+)"', text)] == list(range(1, 111))
