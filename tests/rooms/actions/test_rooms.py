"""Making and changing rooms."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from rooms import actions
from rooms.errors import Invalid, Refused
from rooms.models import Kind, Room


def test_the_maker_owns_the_room(alice: User) -> None:
    room = actions.rooms.create(owner=alice, name="Kitchen garden", topic="Beds 3 to 9")
    assert room.slug == "kitchen-garden"
    assert room.memberships.get().role == "owner"


@pytest.mark.parametrize("name", ["lobby", "LOBBY", " Lobby ", "Lob-by", "Lоbby"])
def test_a_name_too_like_a_public_rooms_is_refused(lobby: Room, alice: User, name: str) -> None:
    with pytest.raises(Invalid, match="already"):
        actions.rooms.create(owner=alice, name=name)


@pytest.mark.parametrize("name", ["new", "New", " NEW "])
def test_a_name_that_is_an_address_is_refused(alice: User, name: str) -> None:
    with pytest.raises(Invalid, match="needs itself"):
        actions.rooms.create(owner=alice, name=name)


@pytest.mark.parametrize("name", ["", "   ", "\x00", "...", "x" * 61])
def test_a_name_that_is_none_is_refused(alice: User, name: str) -> None:
    with pytest.raises(Invalid):
        actions.rooms.create(owner=alice, name=name)


@pytest.mark.parametrize("name", ["räume", "مطبخ", "台所", "🌱"])
def test_names_of_any_script_have_an_address(alice: User, name: str) -> None:
    room = actions.rooms.create(owner=alice, name=name)
    assert room.name == name
    assert room.get_absolute_url()


def test_a_private_rooms_name_tells_a_stranger_nothing(den: Room, mallory: User) -> None:
    theirs = actions.rooms.create(owner=mallory, name="den")
    assert theirs.slug == "den"
    assert den.slug != "den"
    private = actions.rooms.create(owner=mallory, name="den", kind=Kind.PRIVATE)
    assert private.slug not in ("den", den.slug)


@pytest.mark.django_db(transaction=True)
def test_two_people_making_the_same_room_at_once_get_one(alice: User, bob: User) -> None:
    def make(owner: User) -> str:
        try:
            return actions.rooms.create(owner=owner, name="plaza").slug
        except Invalid as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(make, [alice, bob]))
    assert Room.objects.count() == 1
    assert "plaza" in answers
    assert any("already" in answer for answer in answers)


def test_a_renamed_room_keeps_its_address(lobby: Room, alice: User) -> None:
    hers = lobby.memberships.select_related("room").get(user=alice)
    room = actions.rooms.change(by=hers, name="Plaza", topic="New topic")
    room.refresh_from_db()
    assert (room.name, room.topic, room.slug) == ("Plaza", "New topic", "lobby")
    assert (room.version, room.state_version) == (1, 1)


def test_a_room_is_not_renamed_to_anothers_name(lobby: Room, alice: User) -> None:
    plaza = actions.rooms.create(owner=alice, name="plaza")
    with pytest.raises(Invalid, match="already"):
        actions.rooms.change(by=plaza.memberships.get(), name="Lobby", topic="")
    plaza.refresh_from_db()
    assert (plaza.name, plaza.version) == ("plaza", 0)


def test_a_member_does_not_rename_the_room(lobby: Room, bob: User) -> None:
    with pytest.raises(Refused):
        actions.rooms.change(by=lobby.memberships.get(user=bob), name="bobs", topic="")


def test_a_topic_has_an_end(alice: User) -> None:
    with pytest.raises(Invalid, match="250"):
        actions.rooms.create(owner=alice, name="long", topic="x" * 251)
