"""Every address of a room, asked by everybody: the door is the same everywhere."""

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room
from rooms.urls import urlpatterns
from tests.conftest import signed_in

ADDRESSES = [
    ("GET", "/rooms/{slug}/"),
    ("GET", "/rooms/{slug}/settings/"),
    ("POST", "/rooms/{slug}/settings/"),
    ("POST", "/rooms/{slug}/join/"),
    ("POST", "/rooms/{slug}/leave/"),
    ("POST", "/rooms/{slug}/read/"),
    ("POST", "/rooms/{slug}/unread/"),
    ("GET", "/rooms/{slug}/seen/1/"),
    ("POST", "/rooms/{slug}/feed/"),
    ("POST", "/rooms/{slug}/names/"),
    ("POST", "/rooms/{slug}/react/"),
    ("GET", "/rooms/{slug}/attention/"),
    ("POST", "/rooms/{slug}/attention/"),
    ("GET", "/rooms/{slug}/members/"),
    ("POST", "/rooms/{slug}/members/"),
    ("POST", "/rooms/{slug}/members/bob/remove/"),
    ("POST", "/rooms/{slug}/members/bob/role/"),
    ("GET", "/rooms/{slug}/invitations/"),
    ("POST", "/rooms/{slug}/invitations/"),
    ("POST", "/rooms/{slug}/invitations/1/revoke/"),
    ("POST", "/rooms/{slug}/take-away/"),
    ("GET", "/rooms/{slug}/members/bob/"),
    ("POST", "/rooms/{slug}/members/bob/mute/"),
    ("POST", "/rooms/{slug}/members/bob/unmute/"),
    ("POST", "/rooms/{slug}/members/bob/ban/"),
    ("POST", "/rooms/{slug}/members/bob/unban/"),
    ("POST", "/rooms/{slug}/members/bob/kick/"),
    ("POST", "/rooms/{slug}/members/bob/sweep/"),
    ("POST", "/rooms/{slug}/members/bob/bring-back/"),
    ("GET", "/rooms/{slug}/log/"),
    ("GET", "/rooms/{slug}/words/"),
    ("POST", "/rooms/{slug}/words/"),
    ("GET", "/rooms/{slug}/held/"),
    ("POST", "/rooms/{slug}/held/1/approve/"),
    ("POST", "/rooms/{slug}/held/1/reject/"),
    ("POST", "/rooms/{slug}/held/1/take-back/"),
    ("GET", "/rooms/{slug}/log.csv"),
    ("GET", "/rooms/{slug}/reports/"),
    ("GET", "/rooms/{slug}/reports/1/"),
    ("POST", "/rooms/{slug}/reports/1/claim/"),
    ("POST", "/rooms/{slug}/reports/1/release/"),
    ("POST", "/rooms/{slug}/reports/1/decide/"),
    ("GET", "/rooms/{slug}/messages/1/report/"),
    ("POST", "/rooms/{slug}/messages/1/report/"),
    ("POST", "/rooms/{slug}/messages/"),
    ("GET", "/rooms/{slug}/older/"),
    ("GET", "/rooms/{slug}/trim/"),
    ("GET", "/rooms/{slug}/changes/"),
    ("GET", "/rooms/{slug}/menu/?seq=1"),
    ("GET", "/rooms/{slug}/history/"),
    ("GET", "/rooms/{slug}/history/2026-11-24/"),
    ("GET", "/rooms/{slug}/messages/1/day/"),
    ("POST", "/rooms/{slug}/messages/1/save/"),
    ("POST", "/rooms/{slug}/messages/1/unsave/"),
    ("GET", "/rooms/{slug}/messages/1/"),
    ("POST", "/rooms/{slug}/messages/1/reaction/"),
    ("GET", "/rooms/{slug}/messages/1/reply/"),
    ("GET", "/rooms/{slug}/messages/1/edit/"),
    ("POST", "/rooms/{slug}/messages/1/edit/"),
    ("GET", "/rooms/{slug}/messages/1/remove/"),
    ("POST", "/rooms/{slug}/messages/1/remove/"),
    ("GET", "/rooms/{slug}/messages/1/restore/"),
    ("POST", "/rooms/{slug}/messages/1/restore/"),
    ("POST", "/rooms/{slug}/preview/"),
    ("GET", "/rooms/{slug}/files/"),
    ("POST", "/rooms/{slug}/files/"),
    ("GET", "/rooms/{slug}/files/aaaaaaaaaaaaaaaaaaaaaa/"),
    ("GET", "/rooms/{slug}/files/aaaaaaaaaaaaaaaaaaaaaa/preview/"),
]


def ask(client: Client, method: str, address: str, slug: str) -> tuple[int, bytes]:
    data = {"message": "x", "name": "x", "username": "mallory"} if method == "POST" else None
    answer = getattr(client, method.lower())
    found = answer(address.format(slug=slug), data) if data else answer(address.format(slug=slug))
    return found.status_code, found.content


def test_every_address_of_a_room_is_in_this_table() -> None:
    named = {pattern.name for pattern in urlpatterns} - {"list", "new"}
    assert len({address.split("?")[0] for _, address in ADDRESSES}) == len(named)


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_a_stranger_gets_the_404_of_a_room_that_does_not_exist(
    den: Room, alice: User, as_mallory: Client, method: str, address: str
) -> None:
    actions.messages.post(room=den, author=alice, text="a secret")
    theirs = ask(as_mallory, method, address, den.slug)
    assert theirs == ask(as_mallory, method, address, "no-such-room")
    assert theirs[0] == 404
    assert b"secret" not in theirs[1]
    assert Message.objects.get().text == "a secret"
    assert not Membership.objects.filter(user__username="mallory").exists()


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_nobody_unknown_comes_in(lobby: Room, method: str, address: str) -> None:
    client = Client()
    status, _ = ask(client, method, address, lobby.slug)
    assert status == (401 if "changes" in address else 302)
    assert not Message.objects.exists()


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_a_wrong_method_is_refused(
    lobby: Room, as_alice: Client, method: str, address: str
) -> None:
    answer = as_alice.delete(address.format(slug=lobby.slug))
    assert answer.status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("doing", ["edit", "remove"])
@pytest.mark.parametrize("seq", ["2", "0", "99999999999999999999999999"])
def test_a_message_that_is_not_there_is_a_404(
    lobby: Room, alice: User, as_alice: Client, method: str, doing: str, seq: str
) -> None:
    actions.messages.post(room=lobby, author=alice, text="one")
    answer = getattr(as_alice, method)(f"/rooms/lobby/messages/{seq}/{doing}/")
    assert answer.status_code == 404


def test_another_rooms_member_is_not_reached_through_mine(
    lobby: Room, den: Room, as_alice: Client, mallory: User
) -> None:
    assert as_alice.post("/rooms/lobby/members/mallory/remove/").status_code == 404


@pytest.mark.parametrize("doing", ["edit", "remove"])
def test_nobody_changes_the_message_of_another(
    lobby: Room, alice: User, bob: User, doing: str
) -> None:
    actions.messages.post(room=lobby, author=alice, text="mine")
    answer = signed_in(bob).post(f"/rooms/lobby/messages/1/{doing}/", {"message": "his"})
    assert answer.status_code == 403
    assert Message.objects.get().text == "mine"
    assert not Message.objects.get().is_removed


def test_a_former_member_no_longer_changes_a_message(lobby: Room, bob: User) -> None:
    actions.messages.post(room=lobby, author=bob, text="mine")
    actions.members.leave(member=lobby.memberships.get(user=bob))
    answer = signed_in(bob).post("/rooms/lobby/messages/1/edit/", {"message": "changed"})
    assert answer.status_code == 403
    assert Message.objects.get().text == "mine"


def test_only_an_owner_changes_the_room_and_its_people(
    lobby: Room, as_bob: Client, mallory: User
) -> None:
    assert as_bob.post("/rooms/lobby/settings/", {"name": "bobs"}).status_code == 403
    assert as_bob.post("/rooms/lobby/members/", {"username": "mallory"}).status_code == 403
    assert as_bob.post("/rooms/lobby/members/alice/remove/").status_code == 403
    assert as_bob.post("/rooms/lobby/members/bob/role/", {"role": "owner"}).status_code == 403
    lobby.refresh_from_db()
    assert lobby.name == "lobby"
    assert lobby.memberships.count() == 2
