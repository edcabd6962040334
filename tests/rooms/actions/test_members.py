"""Joining and leaving, adding and removing, owning."""

import pytest

from accounts.models import User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Membership, Role, Room


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def test_joining_twice_is_joining_once(lobby: Room, mallory: User) -> None:
    for _ in range(2):
        actions.members.join(member=mine(mallory, lobby))
    assert lobby.memberships.filter(user=mallory).count() == 1


def test_a_private_room_is_not_joined(den: Room, mallory: User) -> None:
    with pytest.raises(Refused):
        actions.members.join(member=Membership(room=den, user=mallory, role=Role.READER))
    assert not den.memberships.filter(user=mallory).exists()


def test_somebody_who_joins_has_read_what_was_said_before(
    lobby: Room, alice: User, mallory: User
) -> None:
    actions.messages.post(room=lobby, author=alice, text="before")
    actions.members.join(member=mine(mallory, lobby))
    assert not mine(mallory, lobby).unread


def test_nobody_alone_in_a_room_leaves_it_without_an_owner(alice: User) -> None:
    room = actions.rooms.create(owner=alice, name="attic")
    me = mine(alice, room)
    with pytest.raises(Refused, match="last owner"):
        actions.members.set_role(by=me, member=me, role="member")
    actions.members.leave(member=me)


def test_the_last_owner_hands_over_before_leaving(lobby: Room, alice: User, bob: User) -> None:
    with pytest.raises(Refused, match="last owner"):
        actions.members.leave(member=mine(alice, lobby))
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="owner")
    actions.members.leave(member=mine(alice, lobby))
    assert mine(bob, lobby).may_manage
    assert not mine(alice, lobby).joined


def test_whoever_enters_a_room_that_all_have_left_owns_it(
    lobby: Room, alice: User, bob: User, mallory: User
) -> None:
    actions.members.leave(member=mine(bob, lobby))
    actions.members.leave(member=mine(alice, lobby))
    actions.members.join(member=mine(mallory, lobby))
    actions.members.join(member=mine(bob, lobby))
    assert (mine(mallory, lobby).role, mine(bob, lobby).role) == (Role.OWNER, Role.MEMBER)


def test_an_owner_is_neither_removed_nor_pushed(lobby: Room, alice: User, bob: User) -> None:
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="owner")
    with pytest.raises(Refused):
        actions.members.remove(by=mine(alice, lobby), member=mine(bob, lobby))
    with pytest.raises(Refused):
        actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="member")
    actions.members.set_role(by=mine(bob, lobby), member=mine(bob, lobby), role="member")
    assert mine(bob, lobby).role == Role.MEMBER


@pytest.mark.parametrize("role", ["", "reader", "god"])
def test_a_role_that_is_none_is_refused(lobby: Room, alice: User, bob: User, role: str) -> None:
    with pytest.raises(Invalid):
        actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role=role)


def test_nobody_makes_themselves_an_owner(lobby: Room, bob: User, mallory: User) -> None:
    for person in (bob, mallory):
        with pytest.raises(Refused):
            actions.members.set_role(by=mine(person, lobby), member=mine(bob, lobby), role="owner")
    assert mine(bob, lobby).role == Role.MEMBER


def test_the_last_owner_does_not_step_down(lobby: Room, alice: User) -> None:
    with pytest.raises(Refused, match="last owner"):
        actions.members.set_role(by=mine(alice, lobby), member=mine(alice, lobby), role="member")


def test_moderators_are_made_by_owners_alone(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    with pytest.raises(Refused):
        actions.members.set_role(by=mine(carol, lobby), member=mine(bob, lobby), role="moderator")
    with pytest.raises(Refused, match="lifts themselves"):
        actions.members.set_role(by=mine(carol, lobby), member=mine(carol, lobby), role="owner")
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="moderator")
    assert mine(bob, lobby).may_moderate
    actions.members.set_role(by=mine(bob, lobby), member=mine(bob, lobby), role="member")
    assert not mine(bob, lobby).may_moderate


def test_staff_in_a_room_does_not_lift_itself(lobby: Room, sam: User) -> None:
    actions.members.join(member=mine(sam, lobby))
    with pytest.raises(Refused, match="lifts themselves"):
        actions.members.set_role(by=mine(sam, lobby), member=mine(sam, lobby), role="owner")
