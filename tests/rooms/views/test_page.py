"""A room's page: what it shows, at its end and further up."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from rooms import access, actions
from rooms.models import Membership, Message, Room
from rooms.views.page import _window
from tests.conftest import signed_in


def rows_of(page: str) -> list[int]:
    return [int(seq) for seq in re.findall(r'<article id="m(\d+)"', page)]


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def fill(room: Room, author: User, count: int) -> None:
    for number in range(1, count + 1):
        actions.messages.post(room=room, author=author, text=f"number {number}")


def test_the_page_shows_the_newest_fifty_and_the_way_to_older_ones(
    lobby: Room, alice: User, as_alice: Client
) -> None:
    fill(lobby, alice, 60)
    page = read(as_alice, "/rooms/lobby/")
    assert rows_of(page) == list(range(11, 61))
    assert 'name="before" value="11"' in page
    assert re.search(r'id="cursor"[^>]*value="60"', page)


def test_older_pages_lead_to_the_beginning(lobby: Room, alice: User, as_alice: Client) -> None:
    fill(lobby, alice, 60)
    older = read(as_alice, "/rooms/lobby/older/?before=11")
    assert rows_of(older) == list(range(1, 11))
    assert "This is the beginning" in older
    assert 'name="before"' not in older


def test_without_script_one_pages_up_by_links(lobby: Room, alice: User, as_alice: Client) -> None:
    fill(lobby, alice, 60)
    page = read(as_alice, "/rooms/lobby/?before=11")
    assert rows_of(page) == list(range(1, 11))
    assert 'id="around"' in page
    assert "Go to the newest" in page


def test_a_permalink_near_the_end_is_the_live_page(
    lobby: Room, alice: User, as_alice: Client
) -> None:
    fill(lobby, alice, 60)
    page = read(as_alice, "/rooms/lobby/messages/30/")
    assert 'id="messages"' in page
    assert re.findall(r'<article id="m(\d+)"[^>]*highlighted', page) == ["30"]


def test_a_permalink_far_up_is_a_window_around_the_message(
    lobby: Room, alice: User, as_alice: Client
) -> None:
    fill(lobby, alice, 90)
    page = read(as_alice, "/rooms/lobby/messages/30/")
    assert 'id="messages"' not in page
    assert rows_of(page) == list(range(5, 55))
    assert re.findall(r'<article id="m(\d+)"[^>]*highlighted', page) == ["30"]


def test_a_removed_message_leaves_a_quiet_line_and_none_of_its_text(
    lobby: Room, bob: User, as_bob: Client, as_alice: Client
) -> None:
    message = actions.messages.post(room=lobby, author=bob, text="a slip of the tongue")
    actions.removals.remove(member=lobby.memberships.get(user=bob), message=message)
    for address in ("/rooms/lobby/", "/rooms/lobby/messages/1/", "/rooms/lobby/menu/?seq=1"):
        page = read(as_bob, address)
        assert "slip" not in page
    page = read(as_bob, "/rooms/lobby/messages/1/")
    assert "Bob Brown removed a message" in page
    assert "The message that this link leads to was removed." in page
    assert "slip of the tongue" in read(as_alice, "/rooms/lobby/menu/?seq=1")


def test_a_row_is_the_same_bytes_for_everybody(lobby: Room, alice: User, bob: User) -> None:
    fill(lobby, alice, 3)
    pages = [read(signed_in(user), "/rooms/lobby/") for user in (alice, bob)]
    rows = [re.findall(r"<article.*?</article>", page, re.DOTALL) for page in pages]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 3
    assert "hx-" not in "".join(rows[0])


def test_a_row_weighs_little(lobby: Room, alice: User, as_alice: Client) -> None:
    fill(lobby, alice, 50)
    page = read(as_alice, "/rooms/lobby/")
    rows = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert max(len(row.encode()) for row in rows) < 1_200
    assert len(page.encode()) < 80_000


def test_what_came_after_the_cursor_was_read_is_left_to_the_socket(
    lobby: Room, alice: User
) -> None:
    fill(lobby, alice, 2)
    member = access.membership(alice, "lobby")
    fill(lobby, alice, 1)
    assert [m.seq for m in _window(member, None, None).messages] == [1, 2]


def test_opening_the_room_reads_it(lobby: Room, alice: User, bob: User) -> None:
    fill(lobby, alice, 3)
    client = signed_in(bob)
    assert 'class="unread"' in read(client, "/rooms/")
    read(client, "/rooms/lobby/")
    assert Membership.objects.get(room=lobby, user=bob).last_read_seq == 3
    assert 'class="unread"' not in read(client, "/rooms/")


def test_a_message_goes_by_a_form_and_leads_back_to_the_room(lobby: Room, as_alice: Client) -> None:
    answer = as_alice.post("/rooms/lobby/messages/", {"message": "hello", "nonce": "n"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rooms/lobby/")
    as_alice.post("/rooms/lobby/messages/", {"message": "hello", "nonce": "n"})
    assert Message.objects.count() == 1


def test_a_message_through_htmx_is_acknowledged_by_a_fresh_composer(
    lobby: Room, as_alice: Client
) -> None:
    answer = as_alice.post(
        "/rooms/lobby/messages/", {"message": "hello"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert 'id="nonce"' in answer.content.decode()


def test_a_refused_message_stays_in_the_box(lobby: Room, as_alice: Client) -> None:
    text = "<b>long</b> " * 1000
    answer = as_alice.post("/rooms/lobby/messages/", {"message": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "&lt;b&gt;long&lt;/b&gt; " * 1000 in page
    assert "at most 10,000 characters" in page


def test_too_many_messages_are_told_when_to_try_again(
    lobby: Room, as_alice: Client, settings: object
) -> None:
    settings.THROTTLE_BURST, settings.THROTTLE_RATE = 1, 0.1  # type: ignore[attr-defined]
    as_alice.post("/rooms/lobby/messages/", {"message": "one"})
    answer = as_alice.post("/rooms/lobby/messages/", {"message": "two"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 10
    assert ">\ntwo</textarea>" in answer.content.decode()


def test_a_page_mark_that_is_none_is_ignored(lobby: Room, alice: User, as_alice: Client) -> None:
    fill(lobby, alice, 2)
    for mark in ("x", "-1", "", "9" * 30, "1.5", "٣", "0", "1", "000"):
        assert rows_of(read(as_alice, f"/rooms/lobby/?before={mark}")) == [1, 2]


def test_finding_a_room_by_name(lobby: Room, den: Room, mallory: User, as_mallory: Client) -> None:
    assert "lobby" in read(as_mallory, "/rooms/?q=LOB")
    assert "No room is called anything like" in read(as_mallory, "/rooms/?q=den")
    assert "No room is called anything like" in read(as_mallory, "/rooms/?q=%00%25_")


def test_a_user_name_with_nul_is_nobody(lobby: Room, as_alice: Client) -> None:
    assert as_alice.post("/rooms/lobby/members/a%00b/remove/").status_code == 404
    assert as_alice.get("/rooms/lob%00by/").status_code == 404


@pytest.mark.parametrize("charset", ["utf-7", "zlib", "latin-1"])
def test_a_form_in_another_encoding_is_refused(lobby: Room, as_alice: Client, charset: str) -> None:
    body = '--B\r\nContent-Disposition: form-data; name="message"\r\n\r\n+2AA-\r\n--B--\r\n'
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    answer = as_alice.generic("POST", "/rooms/lobby/messages/", body, content_type=kind)
    assert answer.status_code == 400
    assert not Message.objects.exists()


def test_changing_things_has_a_pace(lobby: Room, as_alice: Client, settings: object) -> None:
    settings.THROTTLE_BURST, settings.THROTTLE_RATE = 2, 0.1  # type: ignore[attr-defined]
    made = [as_alice.post("/rooms/new/", {"name": f"room {n}"}) for n in "abc"]
    assert [answer.status_code for answer in made] == [302, 302, 429]
    assert int(made[-1].headers["Retry-After"]) > 0
    assert Room.objects.count() == 3


def test_ones_own_last_word_is_not_unread(lobby: Room, bob: User, as_bob: Client) -> None:
    actions.messages.post(room=lobby, author=bob, text="mine")
    assert 'class="unread"' not in read(as_bob, "/rooms/")


@pytest.mark.parametrize("by_htmx", [False, True])
def test_a_message_that_cannot_be_stored_comes_back_to_be_sent_again(
    lobby: Room, as_alice: Client, by_htmx: bool
) -> None:
    headers = {"HX-Request": "true"} if by_htmx else {}
    form = {"message": "keep <me>", "nonce": "n-1"}
    with connection.execute_wrapper(away):
        answer = as_alice.post("/rooms/lobby/messages/", form, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    page = answer.content.decode()
    assert "could not be stored" in page
    if by_htmx:
        assert 'id="notices"' in page
    else:
        assert "keep &lt;me&gt;</textarea>" in page
        assert 'name="nonce" value="n-1"' in page
        assert 'name="csrfmiddlewaretoken" value="' in page
    assert as_alice.post("/rooms/lobby/messages/", form).status_code == 303
    assert Message.objects.get().text == "keep <me>"


def away(*_: object) -> None:
    raise OperationalError("the connection is closed")


def test_the_page_of_one_whose_socket_does_not_work_asks_for_what_it_missed(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    fill(lobby, alice, 3)
    answer = as_bob.get("/rooms/lobby/changes/?cursor=1&sidebar=other").content.decode()
    assert rows_of(answer) == [2, 3]
    assert answer.startswith('<input type="hidden" id="cursor" name="cursor" value="3"')
    assert '<span id="connection" class="polled" hx-swap-oob="true">' in answer
    state = re.findall('id="sidebar-state" name="sidebar" value="([^"]+)"', answer)[0]
    answer = as_bob.get(f"/rooms/lobby/changes/?cursor=3&sidebar={state}").content.decode()
    assert rows_of(answer) == []
    assert "sidebar-state" not in answer
    for nonsense in ("-1", "x", "99", ""):
        found = as_bob.get(f"/rooms/lobby/changes/?cursor={nonsense}").content.decode()
        assert '<div id="messages" hx-swap-oob="innerHTML">' in found
        assert rows_of(found) == [1, 2, 3]


def test_a_page_far_behind_is_told_where_it_stopped(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    fill(lobby, alice, 260)
    answer = as_bob.get("/rooms/lobby/changes/?cursor=5").content.decode()
    assert rows_of(answer) == list(range(211, 261))
    assert 'href="/rooms/lobby/messages/6/#m6"' in answer
