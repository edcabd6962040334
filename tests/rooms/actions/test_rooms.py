"""Making and changing rooms."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Kind, Membership, Room


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


def test_a_moderator_changes_all_but_the_name(lobby: Room, carol: User) -> None:
    hers = access.membership(carol, "lobby")
    room = actions.rooms.change(by=hers, topic="Tea", slow_mode="15", posting="moderators")
    assert (room.topic, room.slow_mode, room.posting, room.version) == ("Tea", 15, "moderators", 1)
    entry = AuditEntry.objects.get(area=room.area)
    assert entry.before == {"topic": "Where everybody meets", "slow_mode": 0, "posting": "everyone"}
    with pytest.raises(Refused, match="Only an owner"):
        actions.rooms.change(by=hers, name="carols")
    actions.rooms.change(by=hers, name="lobby", topic="Tea")
    room.refresh_from_db()
    assert (room.name, room.version) == ("lobby", 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"slow_mode": "-1"},
        {"slow_mode": "x"},
        {"slow_mode": "21601"},
        {"slow_mode": "9" * 30},
        {"posting": "god"},
        {"notice": "x" * 501},
    ],
)
def test_modes_that_are_none_are_refused(lobby: Room, alice: User, asked: Any) -> None:
    with pytest.raises(Invalid):
        actions.rooms.change(by=access.membership(alice, "lobby"), topic="new", **asked)
    lobby.refresh_from_db()
    assert (lobby.topic, lobby.version) == ("Where everybody meets", 0)


def test_an_archived_room_leaves_the_lists_and_is_found(
    lobby: Room, alice: User, mallory: User
) -> None:
    actions.rooms.change(by=access.membership(alice, "lobby"), archived=True)
    assert lobby not in Room.objects.joinable_by(mallory).found_by("")
    assert lobby in Room.objects.joinable_by(mallory).found_by("lob")
    assert not Membership.objects.for_sidebar(alice.pk)
    with pytest.raises(Refused, match="archived"):
        actions.members.join(member=access.membership(mallory, "lobby"))
    actions.rooms.change(by=access.membership(alice, "lobby"), archived=False)
    assert lobby in Room.objects.joinable_by(mallory).found_by("")
