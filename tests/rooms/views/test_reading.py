"""How far I have read, and how much of a room I want to hear."""

import re

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Room
from tests.conftest import signed_in

BROWSER = {"Sec-Fetch-Dest": "document"}


def fill(room: Room, author: User, count: int) -> None:
    for number in range(1, count + 1):
        actions.messages.post(room=room, author=author, text=f"number {number}")


def last_read(user: User) -> int:
    return Membership.objects.get(room__name="lobby", user=user).last_read_seq


def read(client: Client, address: str) -> str:
    return client.get(address, headers=BROWSER).content.decode()


def test_a_browser_with_script_tells_itself_what_it_has_shown(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    fill(lobby, alice, 3)
    page = read(as_bob, "/rooms/lobby/")
    assert last_read(bob) == 0
    seen = re.search(r'<noscript><img src="([^"]+)"', page)
    assert seen
    assert as_bob.get(seen[1]).status_code == 204
    assert last_read(bob) == 3


def test_where_one_stopped_is_shown_until_it_is_read(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    fill(lobby, alice, 5)
    as_bob.post("/rooms/lobby/read/", {"seq": "3"})
    page = read(as_bob, "/rooms/lobby/")
    assert "#m4{--news:" in page
    assert '<a href="#m4">2 new messages since your last visit</a>' in page
    as_bob.post("/rooms/lobby/read/")
    assert "since your last visit" not in read(as_bob, "/rooms/lobby/")


def test_a_room_with_much_news_opens_where_one_stopped(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    fill(lobby, alice, 120)
    as_bob.post("/rooms/lobby/read/", {"seq": "30"})
    page = read(as_bob, "/rooms/lobby/")
    seqs = re.findall(r'<article id="m(\d+)"', page)
    assert (seqs[0], seqs[-1], len(seqs)) == ("21", "120", 100)
    assert '<article id="m31" tabindex="-1" autofocus' in page
    assert re.findall(r'id="(\w+)"[^>]* autofocus', page) == ["m31", "files"]
    assert 'id="messages"' in page


def test_a_room_with_very_much_news_leads_to_where_one_stopped(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    fill(lobby, alice, 220)
    page = read(as_bob, "/rooms/lobby/")
    assert len(re.findall(r'<article id="m(\d+)"', page)) == 50
    assert '<a href="/rooms/lobby/messages/1/#m1">220 new messages' in page


def test_unread_from_a_message_on(lobby: Room, alice: User, bob: User, as_bob: Client) -> None:
    fill(lobby, alice, 5)
    as_bob.post("/rooms/lobby/read/", {"seq": "5"})
    assert as_bob.post("/rooms/lobby/unread/", {"seq": "4"}).status_code == 302
    assert last_read(bob) == 3
    as_bob.post("/rooms/lobby/unread/", {"seq": "5"})
    assert last_read(bob) == 3


@pytest.mark.parametrize("doing", ["read", "unread"])
@pytest.mark.parametrize("seq", ["x", "-1", "1.5", "٣", "9" * 30, "\x00"])
def test_a_mark_that_is_none_is_refused(
    lobby: Room, alice: User, bob: User, as_bob: Client, doing: str, seq: str
) -> None:
    fill(lobby, alice, 2)
    answer = as_bob.post(f"/rooms/lobby/{doing}/", {"seq": seq}, headers=BROWSER)
    assert answer.status_code == 422
    assert "not the number of a message" in answer.content.decode()
    assert last_read(bob) == 0


def test_marks_beyond_the_ends_move_to_the_ends(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    fill(lobby, alice, 2)
    as_bob.post("/rooms/lobby/read/", {"seq": "999999999999999999"})
    assert last_read(bob) == 2
    as_bob.get("/rooms/lobby/seen/99999999999999999999999999/")
    for seq in ("3", "0"):
        as_bob.post("/rooms/lobby/unread/", {"seq": seq})
        assert last_read(bob) == 2


def test_a_reader_who_has_not_joined_has_no_mark(
    lobby: Room, alice: User, as_mallory: Client
) -> None:
    fill(lobby, alice, 2)
    assert as_mallory.post("/rooms/lobby/read/", {"seq": "2"}).status_code == 302
    assert as_mallory.post("/rooms/lobby/unread/", {"seq": "1"}).status_code == 403
    assert as_mallory.post("/rooms/lobby/attention/", {"attention": "nothing"}).status_code == 403
    assert not Membership.objects.filter(user__username="mallory").exists()


CASES = {
    "everything": ("2", "1", "(2) "),
    "mentions": ("2", "1", "(1) "),
    "nothing": ("2", "", ""),
}


@pytest.mark.parametrize("attention", CASES)
def test_the_sidebar_and_the_title_say_what_is_wished(
    lobby: Room, alice: User, bob: User, as_bob: Client, attention: str
) -> None:
    for text in ("one", "for @bob"):
        actions.messages.post(room=lobby, author=alice, text=text)
    as_bob.post("/rooms/lobby/attention/", {"attention": attention})
    page = read(as_bob, "/me/")
    unread, mentions, title = CASES[attention]
    assert re.findall(r'class="unread[^"]*">(\d+)', page) == [unread]
    assert re.findall(r'class="mentions">@(\d+)', page) == [mentions] * bool(mentions)
    assert f'<title id="page-title">{title}Profile' in page
    assert ("unread calm" in page) == (attention != "everything")


def test_a_hidden_room_leaves_the_sidebar_and_is_found_again(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    fill(lobby, alice, 2)
    as_bob.post("/rooms/lobby/attention/", {"attention": "hidden"})
    page = read(as_bob, "/rooms/")
    assert 'data-room="lobby"' not in page
    assert '<a class="room" href="/rooms/lobby/">' in page
    assert '<title id="page-title">Rooms' in page


@pytest.mark.parametrize("attention", ["", "loud", "\x00"])
def test_a_wish_that_is_none_is_refused(lobby: Room, as_bob: Client, attention: str) -> None:
    answer = as_bob.post("/rooms/lobby/attention/", {"attention": attention})
    assert answer.status_code == 422


def test_many_are_not_counted_further(lobby: Room, alice: User, bob: User) -> None:
    fill(lobby, alice, 101)
    assert ">99+</span>" in read(signed_in(bob), "/me/")


def test_a_new_member_has_read_what_was_said_before(
    lobby: Room, alice: User, as_mallory: Client
) -> None:
    fill(lobby, alice, 3)
    as_mallory.post("/rooms/lobby/join/")
    assert 'class="unread' not in read(as_mallory, "/me/")
