"""Invite to a room by a link."""

from django.utils.translation import gettext as _

from accounts.actions import invitations
from accounts.models import Invitation, User
from rooms.actions.members import enter as enter_room
from rooms.errors import Refused
from rooms.models import Membership, Room, Some


def make(*, by: Membership, days: str, uses: str, note: str = "") -> Invitation:
    """A link that makes a member of whoever follows it. Raises Invalid or Refused.

    Made by one of the site's staff it makes an account possible as well.
    """
    check(by)
    key = str(by.room_id)
    return invitations.make(
        by=by.user, days=days, uses=uses, note=note, room_key=key, area=area(by.room_id)
    )


def revoke(*, by: Membership, invitation: Invitation) -> None:
    """One's own, or as an owner anybody's. Raises Refused."""
    check(by)
    mine = by.may_manage or invitation.made_by_id == by.user_id
    if not mine or invitation.room_key != str(by.room_id):
        raise Refused(_("Only an owner, or whoever made it, can withdraw this link."))
    invitations.revoke(by=by.user, invitation=invitation, area=area(by.room_id))


def check(by: Membership) -> None:
    """Raises Refused for whoever may not invite here."""
    if not by.may_invite:
        raise Refused(
            {
                Some.MEMBERS: _("Join this room to invite people to it."),
                Some.MODERATORS: _("Only moderators and owners can invite people to this room."),
            }.get(Some(by.room.inviting), _("Only an owner can invite people to this room."))
        )


def enter(*, room_key: str, user: User) -> None:
    """Whoever came by an invitation is in its room, if it is still there and not archived."""
    room = Room.objects.filter(pk=int(room_key)).first()
    if room is not None and not room.is_archived:
        enter_room(room, user, invited=True)


def area(room_pk: int) -> str:
    """What the audit log calls a room."""
    return f"room:{room_pk}"
