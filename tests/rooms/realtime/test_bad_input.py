"""Bad input at speed: only that socket suffers, and the server's memory stays flat."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.live import LiveServer, Page

MB = 1024
FLAT = 25 * MB
TIMES = 300

# What is answered with a notice, whatever it is and however often it comes.
ANSWERED: dict[str, str | bytes] = {
    "not JSON": "{",
    "another kind of JSON": "[1, 2]",
    "nothing known": '{"type": "rm -rf"}',
    "a message that is no text": '{"message": {"a": 1}}',
    "a nonce that is none": json.dumps({"message": "x", "nonce": "n" * 65}),
    "a mark that is no number": '{"type": "read", "seq": -1}',
    "deep nesting": "[" * 5_000,
    "NUL alone": json.dumps({"message": "\x00"}),
    "too long a text": json.dumps({"message": "x" * 10_001}),
    "too large a frame": json.dumps({"message": "x" * 70_000}),
    "binary": b"\x00\xff" * 50,
}

# Bytes on the wire (RFC 6455, section 5.2) that no client may send; that socket ends.
BREAKING = {
    "invalid UTF-8": b"\x81\x82\0\0\0\0\xc3\x28",
    "a reserved opcode": b"\x83\x80\0\0\0\0",
    "a reserved bit": b"\xc1\x80\0\0\0\0",
    "not masked": b"\x81\x02{}",
    "a continuation of nothing": b"\x80\x82\0\0\0\0{}",
    "a ping in parts": b"\x09\x80\0\0\0\0",
    "a ping too long": b"\x89\xfe\x00\x80\0\0\0\0" + bytes(128),
    "beyond the limit": b"\x81\xff" + (1 << 20).to_bytes(8) + bytes(4),
    "beyond all limits": b"\x81\xff" + (1 << 62).to_bytes(8) + bytes(4),
}


@pytest.fixture
def patient(alone: None) -> Iterator[LiveServer]:
    """A server that slows nobody down, so that all that is sent is taken in."""
    with LiveServer(THROTTLE_BURST="1000000", THROTTLE_RATE="1000000") as server:
        yield server


def chat(live: LiveServer, room: Room, user: User) -> Page:
    return live.socket(f"/ws/chat/{room.slug}/", user)


def memory(live: LiveServer) -> int:
    """Resident KiB of the server."""
    assert live.process is not None
    status = Path(f"/proc/{live.process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0])


def test_each_kind_of_bad_frame_by_the_hundred_is_answered_and_costs_nobody_else(
    patient: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(patient, lobby, alice) as hers:
        hers.resume()
        kept = []
        for turn in range(2):
            for number, frame in enumerate(ANSWERED.values()):
                with chat(patient, lobby, bob) as his:
                    his.resume()
                    for _ in range(TIMES):
                        his.send(frame)
                    for _ in range(TIMES):
                        his.until('class="notice error"')
                    his.say(f"well again {turn}.{number}")
                    hers.until(f"well again {turn}.{number}")
            kept.append(memory(patient))
    assert kept[1] - kept[0] < FLAT
    assert not Message.objects.exclude(text__startswith="well again").exists()


@pytest.mark.parametrize("wire", BREAKING.values(), ids=BREAKING)
def test_what_breaks_the_protocol_ends_that_socket_alone(
    live: LiveServer, lobby: Room, alice: User, bob: User, wire: bytes
) -> None:
    with chat(live, lobby, alice) as hers, chat(live, lobby, bob) as other:
        hers.resume(), other.resume()
        with suppress(ConnectionClosed), chat(live, lobby, bob) as his:
            his.resume()
            his.connection.socket.sendall(wire)
            his.closed()
        hers.say("not noticed")
        other.until("not noticed")


def test_half_a_frame_waits_and_then_goes_with_its_socket(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(live, lobby, alice) as hers:
        hers.resume()
        with suppress(ConnectionClosed), chat(live, lobby, bob) as his:
            his.resume()
            his.connection.socket.sendall(b"\x81\xfe\x00\xc8\0\0\0\0" + b'{"message": "cut off')
            hers.say("in between")
            his.until("in between")
            his.connection.socket.close()
        hers.say("and on")
    assert list(Message.objects.values_list("text", flat=True)) == ["in between", "and on"]


def test_pings_by_the_thousand_are_answered_and_kept_nowhere(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(live, lobby, alice) as hers, chat(live, lobby, bob) as his:
        hers.resume(), his.resume()
        before = memory(live)
        for _ in range(50):
            answers = [his.connection.ping() for _ in range(100)]
            assert all(answer.wait(20) for answer in answers)
        hers.say("still here")
        his.until("still here")
        assert memory(live) - before < FLAT


def test_the_cursor_of_another_room_shows_this_room_and_nothing_else(
    live: LiveServer, lobby: Room, den: Room, alice: User, bob: User
) -> None:
    for number in range(5):
        actions.messages.post(room=den, author=alice, text=f"secret {number}")
    actions.messages.post(room=lobby, author=alice, text="in the open")
    for cursor in (5, 3, 1, 0):
        with chat(live, lobby, bob) as page:
            page.send(json.dumps({"type": "resume", "cursor": str(cursor)}))
            page.until('id="connection"')
            page.send(json.dumps({"message": f"at {cursor}"}))
            page.until(f">at {cursor}<")
        assert "secret" not in "".join(page.frames)


def test_frames_before_resume_are_obeyed_and_show_nothing_of_the_room(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(live, lobby, alice) as hers, chat(live, lobby, bob) as his:
        hers.resume()
        for number in range(20):
            his.send('{"type": "typing"}')
            his.say(f"early {number}", nonce=f"n{number}")
        hers.until("early 19")
        assert "<article" not in "".join(his.frames)
        his.send(json.dumps({"type": "resume", "cursor": "0"}))
        text = his.until("<article")
    assert re.findall(r">early (\d+)<", text) == [str(number) for number in range(20)]


def test_who_was_removed_says_nothing_more_however_fast(
    live: LiveServer, lobby: Room, den: Room, alice: User, bob: User
) -> None:
    with chat(live, den, alice) as hers, chat(live, den, bob) as his:
        hers.resume(), his.resume()
        den.memberships.filter(user=bob).delete()
        with suppress(ConnectionClosed):
            for number in range(60):
                his.send(json.dumps({"message": f"too late {number}"}))
        assert his.closed() == 4403
        hers.send(json.dumps({"message": "alone"}))
        hers.until(">alone<")
    assert not any("too late" in frame for frame in hers.frames)
    assert list(Message.objects.values_list("text", flat=True)) == ["alone"]
