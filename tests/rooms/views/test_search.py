"""The search's page."""

import re

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.conftest import signed_in
from tests.rooms.search.test_find import HOSTILE
from tests.rooms.views.test_page import read


def test_a_result_shows_the_words_marked_and_leads_to_its_place_and_day(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    actions.messages.post(room=lobby, author=alice, text="We **planted** <i>the</i> citrus")
    page = read(as_bob, "/search/?q=plants")
    assert "We <mark>planted</mark> &lt;i&gt;the&lt;/i&gt; citrus" in page
    assert 'href="/rooms/lobby/messages/1/#m1"' in page
    assert 'href="/rooms/lobby/messages/1/day/"' in page
    assert 'value="plants"' in page


def test_a_search_from_a_room_is_in_that_room(
    lobby: Room, den: Room, alice: User, as_alice: Client
) -> None:
    for room in (lobby, den):
        actions.messages.post(room=room, author=alice, text=f"key of {room.name}")
    page = read(as_alice, "/search/?in=lobby&q=key")
    assert "of lobby" in page
    assert "of den" not in page
    assert 'value="in:lobby key"' in page


def test_pages_lead_on(lobby: Room, alice: User, as_bob: Client) -> None:
    for number in range(45):
        actions.messages.post(room=lobby, author=alice, text=f'"key" {number}')
    for sort in ("newest", "best"):
        seen: list[str] = []
        address = f"/search/?q=%22key%22+in%3Alobby&sort={sort}"
        while address:
            page = read(as_bob, address)
            seen += re.findall(r"messages/(\d+)/#m", page)
            following = re.search(r'rel="next" href="([^"]*)"', page)
            address = "/search/" + following[1].replace("&amp;", "&") if following else ""
        assert sorted(map(int, seen)) == list(range(1, 46))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_asked_a_page_answers_and_keeps_it_in_the_box(
    lobby: Room, alice: User, as_bob: Client, text: str
) -> None:
    actions.messages.post(room=lobby, author=alice, text="a")
    for sort in ("newest", "best", "x"):
        answer = as_bob.get("/search/", {"q": text, "sort": sort, "after": text[:30]})
        assert answer.status_code == 200


def test_what_is_wrong_is_said(lobby: Room, as_bob: Client) -> None:
    assert "at most 500 characters" in read(as_bob, "/search/?q=" + "x" * 10_000)
    assert "“yesterday” is not a date" in read(as_bob, "/search/?q=on:yesterday")
    assert "knows link, code and file" in read(as_bob, "/search/?q=has:picture")
    assert "Nothing found" in read(as_bob, "/search/?q=x")
    assert "Nothing found" not in read(as_bob, "/search/")


def test_a_strangers_page_is_that_of_a_room_that_is_not_there(
    den: Room, alice: User, mallory: User
) -> None:
    actions.messages.post(room=den, author=alice, text="the secret key")
    client = signed_in(mallory)
    pages = [read(client, f"/search/?q=key+in:{room}") for room in (den.slug, "no-such-room")]
    plain = [re.sub(r'nonce="[^"]*"|value="[^"]*"|<title.*?</title>', "", page) for page in pages]
    assert plain[0] == plain[1]
    assert "secret" not in plain[0]


def test_results_are_kept_by_nobody(lobby: Room, as_bob: Client) -> None:
    assert as_bob.get("/search/?q=x").headers["Cache-Control"] == "private, no-store"


def test_nobody_unknown_searches() -> None:
    assert Client().get("/search/?q=x").status_code == 302


def test_a_search_is_asked_by_get_alone(as_bob: Client) -> None:
    assert as_bob.post("/search/", {"q": "x"}).status_code == 405
