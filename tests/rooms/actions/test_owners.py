"""A room has an owner as long as anybody who could own it is there, whoever is kept out."""

import pytest
from django.test import Client

from accounts.actions import sanctions
from accounts.models import AuditEntry, Notice, User
from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Membership, Room
from tests.conftest import person


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def owners(room: Room) -> set[str]:
    found = room.memberships.filter(role="owner").values_list("user__username", flat=True)
    return set(found)


@pytest.mark.parametrize("verb", ["ban", "kick", "demote"])
def test_the_room_of_an_owner_whom_staff_show_out_goes_to_its_moderator(
    lobby: Room, alice: User, bob: User, carol: User, sam: User, verb: str
) -> None:
    """Carol moderates; Bob has been there for longer."""
    by, member = mine(sam, lobby), mine(alice, lobby)
    if verb == "demote":
        actions.members.set_role(by=by, member=member, role="member")
    else:
        act = actions.sanctions.ban if verb == "ban" else actions.members.remove
        act(by=by, member=member)
    assert owners(lobby) == {"carol"}
    assert "yours to look after" in Notice.objects.get(user=carol).text
    entry = AuditEntry.objects.get(target=carol)
    assert (entry.actor, entry.verb, entry.area) == (sam, "changed role", lobby.area)
    assert (entry.before, entry.after) == ({"role": "moderator"}, {"role": "owner"})


def test_who_is_alone_cannot_be_put_down_but_shown_out(
    lobby: Room, alice: User, bob: User, sam: User
) -> None:
    actions.members.leave(member=mine(bob, lobby))
    with pytest.raises(Refused, match="Nobody else is in this room"):
        actions.members.set_role(by=mine(sam, lobby), member=mine(alice, lobby), role="member")
    actions.members.remove(by=mine(sam, lobby), member=mine(alice, lobby))
    actions.members.join(member=mine(bob, lobby))
    assert owners(lobby) == {"bob"}


def test_whoever_enters_where_all_are_kept_out_owns_the_room(
    alice: User, bob: User, ada: User
) -> None:
    room = actions.rooms.create(owner=alice, name="attic")
    sanctions.suspend(by=ada, person=alice, until=None)
    actions.members.join(member=mine(bob, room))
    assert owners(room) == {"alice", "bob"}


def test_a_ban_from_the_site_leaves_no_room_alone_not_even_a_private_one(
    den: Room, alice: User, bob: User, ada: User, as_ada: Client,
    django_capture_on_commit_callbacks: object,
) -> None:  # fmt: skip
    """An heir whom the site keeps out for ever is none, and the banned stays an owner as well."""
    eldest = person("eldest", "Eldest")
    actions.members.add(by=mine(alice, den), user=eldest)
    den.memberships.filter(user=eldest).update(joined_at="2020-01-01T00:00Z")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        as_ada.post("/people/alice/suspend/", {"until": "2030-01-01"})
    assert owners(den) == {"alice"}
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        sanctions.suspend(by=ada, person=eldest, until=None)
        sanctions.suspend(by=ada, person=alice, until=None)
    assert owners(den) == {"alice", "bob"}
    with pytest.raises(Refused, match="last owner"):
        actions.members.leave(member=mine(bob, den))
    with pytest.raises(Refused, match="last owner"):
        actions.leaving.leave(person=bob, erase=False)
