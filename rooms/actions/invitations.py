"""Invite to a room by a link."""

from accounts.actions import invitations
from accounts.models import Invitation, User
from rooms.actions.members import enter as enter_room
from rooms.errors import Refused
from rooms.models import Membership, Room

OWNERS_ONLY = "Only an owner can invite people to this room."


def make(*, by: Membership, days: str, uses: str, note: str = "") -> Invitation:
    """A link that makes a member of whoever follows it. Raises Invalid or Refused.

    Made by one of the site's staff it makes an account possible as well.
    """
    if not by.may_manage:
        raise Refused(OWNERS_ONLY)
    key = str(by.room_id)
    return invitations.make(
        by=by.user, days=days, uses=uses, note=note, room_key=key, area=area(by.room_id)
    )


def revoke(*, by: Membership, invitation: Invitation) -> None:
    if not by.may_manage or invitation.room_key != str(by.room_id):
        raise Refused(OWNERS_ONLY)
    invitations.revoke(by=by.user, invitation=invitation, area=area(by.room_id))


def enter(*, room_key: str, user: User) -> None:
    """Whoever came by an invitation is in its room, if it is still there."""
    room = Room.objects.filter(pk=int(room_key)).first()
    if room is not None:
        enter_room(room, user)


def area(room_pk: int) -> str:
    """What the audit log calls a room."""
    return f"room:{room_pk}"
