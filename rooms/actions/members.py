"""Join, leave, add and remove people; move their read marks."""

import secrets

from django.db import transaction
from django.db.models import F

from accounts.models import User
from rooms.errors import Invalid, Refused
from rooms.models import Attention, Membership, Role, Room
from rooms.models.members import Seen
from rooms.realtime import events

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
    """Move a member's read mark forward to `seq`, never back; others have none. One query."""
    if member.joined:
        see([(member.room_id, member.user_id, min(seq, member.room.last_seq))])


def see(seen: list[Seen]) -> None:
    """Move these read marks forward, never back nor beyond the end. One query for all of them."""
    with transaction.atomic():
        if moved := Membership.see(seen):
            events.read(moved)


def read_everything(*, user: User) -> None:
    """All that was said in all of a person's rooms is read. Two queries."""
    behind = Membership.objects.filter(user=user, last_read_seq__lt=F("room__last_seq"))
    seen = list(behind.values_list("room_id", "user_id", "room__last_seq"))
    if seen:
        see(seen)


def unread(*, member: Membership, seq: int) -> None:
    """Put a member's read mark before the message `seq`, where it is behind it. One query.

    Raises Refused for somebody who has none.
    """
    if not member.joined:
        raise Refused("Join this room to keep messages of it unread.")
    marks = Membership.objects.filter(pk=member.pk, last_read_seq__gte=seq)
    with transaction.atomic():
        if seq > 0 and marks.update(last_read_seq=seq - 1):
            events.recount(member.room_id, [member.user_id])


def attend(*, member: Membership, attention: str) -> None:
    """Say how much of a room a member wants to be told of. Raises Invalid or Refused."""
    if not member.joined:
        raise Refused("Join this room to say what you want to hear of it.")
    if attention not in Attention.values:
        raise Invalid("Choose what you want to hear of this room.")
    member.attention = attention
    with transaction.atomic():
        member.save(update_fields=["attention"])
        events.rooms_changed(member.user_id)


def renew_feed(*, member: Membership) -> str:
    """Give a member a new secret for the room's feed; the one before is worth nothing any more.

    Raises Refused.
    """
    if not member.joined:
        raise Refused("Join this room to follow it elsewhere.")
    member.feed_key = secrets.token_urlsafe(32)
    member.save(update_fields=["feed_key"])
    return member.feed_key


def keep_draft(*, member: Membership, text: str) -> None:
    """Keep what a member is writing, for the next page of the room. One query."""
    Membership.objects.filter(pk=member.pk).update(draft=text[:LONGEST_DRAFT].replace("\x00", ""))


def enter(room: Room, user: User) -> Membership:
    """Whoever enters a room that everybody has left owns it. Under the room's lock."""
    with transaction.atomic():
        room = Room.objects.select_for_update().get(pk=room.pk)
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
