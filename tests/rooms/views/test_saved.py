"""Messages kept for later."""

import re

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.models import Room, Saved
from tests.conftest import signed_in
from tests.rooms.views.test_page import fill, read, rows_of

HTMX = {"HX-Request": "true"}


def keep(client: Client, address: str, note: str = "") -> int:
    return client.post(f"{address}save/", {"note": note}).status_code


def test_a_message_is_kept_with_a_note_and_let_go(lobby: Room, alice: User, as_bob: Client) -> None:
    fill(lobby, alice, 2)
    assert keep(as_bob, "/rooms/lobby/messages/2/", "ask <b>her</b>\x00") == 302
    page = read(as_bob, "/saved/")
    assert rows_of(page) == [2]
    assert 'value="ask &lt;b&gt;her&lt;/b&gt;"' in page
    assert 'href="/rooms/lobby/messages/2/#m2"' in page
    assert "ask &lt;b&gt;her" in read(as_bob, "/rooms/lobby/menu/?seq=2")
    keep(as_bob, "/rooms/lobby/messages/2/", "another note")
    assert Saved.objects.get().note == "another note"
    assert as_bob.post("/rooms/lobby/messages/2/unsave/").status_code == 302
    assert as_bob.post("/rooms/lobby/messages/2/unsave/").status_code == 302
    assert "Nothing saved" in read(as_bob, "/saved/")


def test_what_one_keeps_is_for_oneself(lobby: Room, alice: User, as_bob: Client) -> None:
    fill(lobby, alice, 1)
    keep(as_bob, "/rooms/lobby/messages/1/", "my secret note")
    hers = signed_in(alice)
    for address in ("/saved/", "/rooms/lobby/menu/?seq=1"):
        assert "my secret note" not in read(hers, address)
    hers.post("/rooms/lobby/messages/1/unsave/")
    assert Saved.objects.count() == 1


def test_a_room_that_one_may_not_read_any_more_shows_nothing(
    den: Room, alice: User, bob: User
) -> None:
    fill(den, alice, 1)
    his = signed_in(bob)
    keep(his, f"/rooms/{den.slug}/messages/1/", "remember")
    owner = den.memberships.get(user=alice)
    actions.members.remove(by=owner, member=den.memberships.get(user=bob))
    page = read(his, "/saved/")
    assert "Nothing saved" in page
    assert "number 1" not in page
    assert keep(his, f"/rooms/{den.slug}/messages/1/") == 404
    actions.members.add(by=owner, user=bob)
    assert "remember" in read(his, "/saved/")


def test_a_removed_message_is_a_quiet_line_with_ones_note(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    message = actions.messages.post(room=lobby, author=alice, text="a slip of the tongue")
    keep(as_bob, "/rooms/lobby/messages/1/", "funny")
    actions.removals.remove(member=lobby.memberships.get(user=alice), message=message)
    page = read(as_bob, "/saved/")
    assert "Alice Adams removed a message" in page
    assert "funny" in page
    assert "slip" not in page


def test_pages_lead_to_the_first_that_was_kept(lobby: Room, alice: User, as_bob: Client) -> None:
    fill(lobby, alice, 45)
    for seq in range(1, 46):
        keep(as_bob, f"/rooms/lobby/messages/{seq}/")
    seen: list[int] = []
    address = "/saved/"
    while address:
        page = read(as_bob, address)
        seen += rows_of(page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = "/saved/" + following[1] if following else ""
    assert seen == list(range(45, 0, -1))
    for mark in ("x", "-1", "", "9" * 30, "٣"):
        assert len(rows_of(read(as_bob, f"/saved/?before={mark}"))) == 20


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_note_that_is_too_long_is_refused_and_not_lost(
    lobby: Room, alice: User, as_bob: Client, headers: dict[str, str]
) -> None:
    fill(lobby, alice, 1)
    address = "/rooms/lobby/messages/1/save/"
    answer = as_bob.post(address, {"note": "n" * 501}, headers=headers)
    assert answer.status_code == 422
    assert "at most 500 characters" in answer.content.decode()
    assert "n" * 501 in answer.content.decode()
    assert not Saved.objects.exists()


def test_through_htmx_the_sheet_closes(lobby: Room, alice: User, as_bob: Client) -> None:
    fill(lobby, alice, 1)
    for doing in ("save", "unsave"):
        answer = as_bob.post(f"/rooms/lobby/messages/1/{doing}/", {"note": ""}, headers=HTMX)
        assert (answer.status_code, answer.content) == (200, b"")
    assert not Saved.objects.exists()


def test_a_message_that_is_not_there_is_not_kept(lobby: Room, as_bob: Client) -> None:
    for seq in ("1", "0", "9" * 25):
        assert keep(as_bob, f"/rooms/lobby/messages/{seq}/") == 404


def test_nobody_unknown_has_saved_anything() -> None:
    assert Client().get("/saved/").status_code == 302
