"""A room's socket, over the product's own server."""

import json
import re

import pytest

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.live import LiveServer, Page, wait_for


def chat(live: LiveServer, room: Room, user: User | None) -> Page:
    return live.socket(f"/ws/chat/{room.slug}/", user)


def test_a_message_reaches_every_page_of_the_room(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(live, lobby, alice) as hers, chat(live, lobby, bob) as his:
        hers.resume(), his.resume()
        hers.send('{"message": "Good **morning**", "nonce": "n1"}')
        frame = his.until("<article")
        assert 'id="m1"' in frame
        assert 'data-author="alice"' in frame
        assert "<strong>morning</strong>" in frame
        assert re.search(r'id="cursor"[^>]*value="1"', frame)
        assert "<textarea" in hers.until("<textarea")
        assert not any("<textarea" in frame for frame in his.frames)


def test_the_same_nonce_is_posted_once_and_acknowledged_again(
    live: LiveServer, lobby: Room, alice: User
) -> None:
    with chat(live, lobby, alice) as page:
        page.resume()
        page.say("once", nonce="same")
        page.say("once", nonce="same")
    assert Message.objects.count() == 1
    lobby.refresh_from_db()
    assert (lobby.version, lobby.last_seq) == (1, 1)


def test_nothing_is_sent_before_resume_and_all_of_it_after(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with chat(live, lobby, alice) as hers, chat(live, lobby, bob) as his:
        hers.resume()
        for text in ("one", "two", "three"):
            hers.say(text)
        hers.until('id="m3"')
        his.send(json.dumps({"type": "resume", "cursor": "1"}))
        frame = his.until("<article")
        assert re.findall(r'<article id="m(\d+)"', frame) == ["2", "3"]
        assert len(his.frames) == 1


@pytest.mark.parametrize("cursor", ["-1", "nonsense", "999999", "", "1e3", "٣"])
def test_an_impossible_cursor_gets_the_newest_rows_in_place_of_the_list(
    live: LiveServer, lobby: Room, alice: User, cursor: str
) -> None:
    actions.messages.post(room=lobby, author=alice, text="here")
    with chat(live, lobby, alice) as page:
        page.send(json.dumps({"type": "resume", "cursor": cursor}))
        frame = page.until("<article")
        assert '<div id="messages" hx-swap-oob="innerHTML">' in frame
        assert re.search(r'id="cursor"[^>]*value="1"', frame)


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '"text"',
        '{"type": "unknown"}',
        '{"message": 5}',
        '{"message": "x", "nonce": 5}',
        '{"type": "read", "seq": "many"}',
        '{"message": "   "}',
        json.dumps({"message": "x" * 10_001}),
        json.dumps({"message": "x" * 70_000}),
        "[" * 60_000,
        b"binary",
    ],
)
def test_what_cannot_be_taken_is_answered_and_the_socket_lives(
    live: LiveServer, lobby: Room, alice: User, text: str | bytes
) -> None:
    with chat(live, lobby, alice) as page:
        page.resume()
        page.send(text)
        assert 'class="notice error"' in page.until('id="notices"')
        page.send('{"message": "still here"}')
        page.until("still here")
    assert Message.objects.count() == 1


def test_somebody_signed_out_is_told_and_turned_away(live: LiveServer, lobby: Room) -> None:
    with chat(live, lobby, None) as page:
        assert page.closed() == 4401
        assert 'id="notices"' in page.frames[0]


def test_a_stranger_to_a_private_room_and_to_none_at_all_hears_the_same(
    live: LiveServer, den: Room, mallory: User
) -> None:
    heard = []
    for slug in (den.slug, "no-such-room"):
        with live.socket(f"/ws/chat/{slug}/", mallory) as page:
            heard.append((page.closed(), page.frames))
    assert heard[0] == heard[1]
    assert heard[0][0] == 4404


def test_a_reader_who_has_not_joined_cannot_post(
    live: LiveServer, lobby: Room, mallory: User
) -> None:
    with chat(live, lobby, mallory) as page:
        page.resume()
        page.send('{"message": "let me in"}')
        assert "Join this room" in page.until('id="notices"')
    wait_for(lambda: not Message.objects.exists(), "nothing stored")


def test_a_page_that_resumes_late_misses_nothing(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    """It went live from its acceptance; what lies before that and after its cursor is sent."""
    for number in (1, 2, 3):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    with chat(live, lobby, bob) as late, chat(live, lobby, alice) as hers:
        hers.resume()
        hers.say("number 4")
        late.until("number 4")
        assert "number 2" not in "".join(late.frames)
        late.send(json.dumps({"type": "resume", "cursor": "1"}))
        frame = late.until("number 2")
    assert '<div id="messages" hx-swap-oob="innerHTML">' in frame
    assert re.findall(r'<article id="m(\d+)"', frame) == ["1", "2", "3", "4"]


def test_a_window_that_is_closed_has_not_read_the_room(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    actions.messages.post(room=lobby, author=alice, text="unseen")
    with chat(live, lobby, bob) as page:
        page.resume()
    with chat(live, lobby, bob) as again:
        again.resume()
    assert lobby.memberships.get(user=bob).last_read_seq == 0


def test_one_nonce_serves_in_each_room(
    live: LiveServer, lobby: Room, den: Room, alice: User
) -> None:
    for room in (lobby, den):
        with chat(live, room, alice) as page:
            page.resume()
            page.say("hello", nonce="same")
    assert Message.objects.count() == 2


def test_near_the_end_the_box_says_how_much_more_may_be_written(
    live: LiveServer, lobby: Room, alice: User
) -> None:
    with chat(live, lobby, alice) as page:
        page.resume()
        for length, said in ((9_500, "500 characters left"), (10_001, "1 too many"), (9_000, "")):
            page.send(json.dumps({"type": "draft", "message": "x" * length}))
            frame = page.until(f'<p id="left" hx-swap-oob="true">{said}</p>')
            assert "<textarea" not in frame
        page.send(json.dumps({"type": "draft", "message": "short"}))
        page.say("short")
        assert '<p id="left"></p>' in page.frames[-1]
        assert sum('id="left" hx' in frame for frame in page.frames) == 3
