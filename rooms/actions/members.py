"""Join, leave, add and remove people; move their read marks."""

from django.db import transaction

from accounts.models import User
from rooms.errors import Invalid, Refused
from rooms.models import Membership, Message, Role, Room
from rooms.realtime import events
from rooms.realtime.history import FAR

LONGEST_DRAFT = 20_000
LEFT = "You have left this room."
REMOVED = "You have been removed from this room."
LAST_OWNER = "You are the last owner of this room. Make somebody else an owner first."


def join(*, member: Membership) -> Membership:
    """Become a member of a public room; joining twice is joining once. Raises Refused."""
    if member.joined:
        return member
    if not member.may_join:
        raise Refused("Only an owner can add people to this room.")
    return enter(member.room, member.user)


def add(*, by: Membership, user: User) -> Membership:
    """An owner adds a person. Raises Refused."""
    if not by.may_manage:
        raise Refused("Only an owner can add people to this room.")
    return enter(by.room, user)


def leave(*, member: Membership) -> None:
    """Go; one's pages of the room are closed. Raises Refused for the last owner among others."""
    if member.joined:
        _end(member, LEFT)


def remove(*, by: Membership, member: Membership) -> None:
    """An owner removes a person; that person's pages of the room are closed. Raises Refused."""
    if not by.may_manage:
        raise Refused("Only an owner can remove people from this room.")
    if member.role == Role.OWNER:
        raise Refused("An owner cannot be removed.")
    if by.pk == member.pk:
        raise Invalid("To go yourself, leave the room.")
    _end(member, REMOVED)


def set_role(*, by: Membership, member: Membership, role: str) -> None:
    """An owner makes a member an owner, or steps down. Raises Invalid or Refused."""
    if not by.may_manage:
        raise Refused("Only an owner can say who owns this room.")
    if role not in (Role.OWNER, Role.MEMBER):
        raise Invalid("People are owners or members.")
    if member.role == Role.OWNER and by.pk != member.pk:
        raise Refused("An owner can only step down without being pushed.")
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=member.room_id)
        if role == Role.MEMBER and member.role == Role.OWNER and _is_last_owner(member, room):
            raise Refused(LAST_OWNER)
        Membership.objects.filter(pk=member.pk).update(role=role)


def read(*, member: Membership, seq: int) -> None:
    """Move a member's read mark forward to `seq`, never back. One query."""
    with transaction.atomic():
        if member.joined and member.read_up_to(seq) and seq >= member.room.last_seq:
            events.read(member.user_id, member.room_id)


def read_to_end(*, member: Membership, version: int) -> None:
    """Move the read mark to the newest message that came with `version` or before. Two queries.

    A page that was far behind has not been read to any end; finding its place would be slow.
    """
    if member.room.version - version > FAR:
        return
    seen = Message.objects.filter(room=member.room_id, posted_version__lte=version)
    seq = seen.order_by("-seq").values_list("seq", flat=True).first()
    if seq is not None:
        read(member=member, seq=seq)


def keep_draft(*, member: Membership, text: str) -> None:
    """Keep what a member is writing, for the next page of the room. One query."""
    Membership.objects.filter(pk=member.pk).update(draft=text[:LONGEST_DRAFT].replace("\x00", ""))


def enter(room: Room, user: User) -> Membership:
    """Whoever enters a room that everybody has left owns it. Under the room's lock."""
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)
        role = Role.MEMBER if room.memberships.exists() else Role.OWNER
        member, is_new = Membership.objects.get_or_create(
            room=room, user=user, defaults={"last_read_seq": room.last_seq, "role": role}
        )
        if is_new:
            events.rooms_changed(user.pk)
    return member


def _end(member: Membership, notice: str) -> None:
    """Under the room's lock, so that nothing of theirs is posted afterwards."""
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=member.room_id)
        if member.role == Role.OWNER and _is_last_owner(member, room):
            raise Refused(LAST_OWNER)
        Membership.objects.filter(pk=member.pk).delete()
        events.membership_ended(member.room_id, member.user_id, notice)


def _is_last_owner(member: Membership, room: Room) -> bool:
    others = room.memberships.exclude(pk=member.pk)
    return others.exists() and not others.filter(role=Role.OWNER).exists()
