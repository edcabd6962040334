"""Join, leave, add and remove people, say who is what; move their read marks."""

import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts import languages
from accounts.actions import audit
from accounts.models import User
from rooms.actions import mentions, owners
from rooms.actions.conversations import hide
from rooms.actions.held import withdraw_all
from rooms.errors import Invalid, Refused
from rooms.markup import clean
from rooms.models import Attention, Joining, Measure, Membership, Role, Room, Sanction
from rooms.models.members import Seen
from rooms.models.roles import RANKS
from rooms.models.sanctions import with_reason
from rooms.realtime import events

LONGEST_DRAFT = 20_000
LAST_OWNER = gettext_lazy("You are the last owner of this room. Make somebody else an owner first.")
NOT_LOWER = gettext_lazy("You cannot do that to somebody with the same or a higher role.")


def join(*, member: Membership) -> Membership:
    """Become a member of a public room; joining twice is joining once. Raises Refused."""
    if member.joined:
        return member
    if member.room.is_archived:
        raise Refused(_("This room is archived: it can be read, and nobody joins it."))
    if not member.may_join:
        raise Refused(_("Only people who are invited join this room."))
    return enter(member.room, member.user)


def add(*, by: Membership, user: User) -> Membership:
    """An owner adds a person. Raises Refused."""
    if not by.may_manage:
        raise Refused(_("Only an owner can add people to this room."))
    return enter(by.room, user, by=by.user)


def leave(*, member: Membership) -> None:
    """Go; one's pages of the room are closed. Raises Refused for the last owner among others.

    A conversation of two is not left, but hidden until something is said in it.
    """
    if member.room.is_direct:
        hide(member=member)
    elif member.joined:
        with transaction.atomic():
            Room.lock(member.room_id)
            if is_last_owner(member):
                raise Refused(LAST_OWNER)
            end(member, member.user, _("You have left this room."))


def remove(*, by: Membership, member: Membership, reason: str = "") -> None:
    """Show a lower member out; that person's pages of the room are closed.

    Who was shown out of a public room may come back: a ban is what keeps somebody out.
    Raises Refused, or Invalid for oneself.
    """
    reason = clean(reason)[:250]
    if by.user_id == member.user_id:
        raise Invalid(_("To go yourself, leave the room."))
    with transaction.atomic():
        fellow = lower(by, member)[1]
        if not fellow.joined:
            raise Refused(_("%(name)s is not in this room any more.") % {"name": member.user.name})
        audit.record(
            by=by.user,
            verb=gettext_noop("removed from room"),
            area=by.room.area,
            target=member.user,
            reason=reason,
            before={"role": fellow.role},
        )
        with languages.to(member.user):
            end(fellow, by.user, with_reason(_("You have been removed from this room."), reason))


def set_role(*, by: Membership, member: Membership, role: str) -> None:
    """An owner says what a lower member is; anybody may step down. Raises Invalid or Refused."""
    if role not in RANKS[1:]:
        raise Invalid(_("People are owners, moderators or members."))
    with transaction.atomic():
        room = Room.lock(by.room_id)
        me, fellow = Membership.objects.now(room, by.user, member.user)
        if not fellow.joined:
            raise Refused(_("%(name)s is not in this room any more.") % {"name": member.user.name})
        _check_role_change(me, fellow, role, room)
        if role == fellow.role:
            return
        if role != Role.OWNER:
            owners.hand_on(fellow, by.user)
        Membership.objects.filter(pk=fellow.pk).update(role=role)
        audit.record(
            by=by.user,
            verb=gettext_noop("changed role"),
            area=room.area,
            target=member.user,
            before={"role": fellow.role},
            after={"role": role},
        )
        events.standing_changed(room.pk, fellow.user_id)


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
    """All that was said in a person's rooms, and to them elsewhere, is read. Three queries."""
    behind = Membership.objects.filter(user=user, last_read_seq__lt=F("room__last_seq"))
    seen = list(behind.values_list("room_id", "user_id", "room__last_seq"))
    if seen:
        see(seen)
    mentions.put_by(user)


def unread(*, member: Membership, seq: int) -> None:
    """Put a member's read mark before the message `seq`, where it is behind it. One query.

    Raises Refused for somebody who has none.
    """
    if not member.joined:
        raise Refused(_("Join this room to keep messages of it unread."))
    marks = Membership.objects.filter(pk=member.pk, last_read_seq__gte=seq)
    with transaction.atomic():
        if seq > 0 and marks.update(last_read_seq=seq - 1):
            events.recount(member.room_id, [member.user_id])


def attend(*, member: Membership, attention: str) -> None:
    """Say how much of a room a member wants to be told of. Raises Invalid or Refused."""
    if not member.joined:
        raise Refused(_("Join this room to say what you want to hear of it."))
    if attention not in Attention.values:
        raise Invalid(_("Choose what you want to hear of this room."))
    member.attention = attention
    with transaction.atomic():
        member.save(update_fields=["attention"])
        events.rooms_changed(member.user_id)


def renew_feed(*, member: Membership) -> str:
    """Give a member a new secret for the room's feed; the one before is worth nothing any more.

    Raises Refused.
    """
    if not member.joined:
        raise Refused(_("Join this room to follow it elsewhere."))
    member.feed_key = secrets.token_urlsafe(32)
    member.save(update_fields=["feed_key"])
    return member.feed_key


def keep_draft(*, member: Membership, text: str) -> None:
    """Keep what a member is writing, for the next page of the room. One query."""
    Membership.objects.filter(pk=member.pk).update(draft=text[:LONGEST_DRAFT].replace("\x00", ""))


def lower(by: Membership, member: Membership) -> tuple[Membership, Membership]:
    """Both as they are now, the room locked, if the one may act on the other. Raises Refused."""
    room = Room.lock(by.room_id)
    me, fellow = Membership.objects.now(room, by.user, member.user)
    if not me.may_moderate:
        raise Refused(_("Only the room's moderators and owners can do that."))
    if not me.may_act_on(fellow):
        raise Refused(NOT_LOWER)
    return me, fellow


def end(member: Membership, by: User, notice: str, answer: str = "") -> None:
    """Out of the room, under its lock, so that nothing of theirs is posted afterwards; a last
    owner's room goes to their heir. `answer` is the address at which they can answer to it."""
    owners.hand_on(member, by)
    withdraw_all(member.room, member.user_id)
    Membership.objects.filter(pk=member.pk).delete()
    events.membership_ended(member.room_id, member.user_id, notice, answer)


def _check_role_change(me: Membership, fellow: Membership, role: str, room: Room) -> None:
    rank = RANKS.index(Role(role))
    if me.user_id == fellow.user_id:
        if rank > RANKS.index(Role(fellow.role)):
            raise Refused(_("Nobody lifts themselves. Ask an owner of this room."))
    elif not me.may_manage:
        raise Refused(_("Only an owner can say who owns and who moderates this room."))
    elif not me.may_act_on(fellow):
        raise Refused(_("An owner can only step down without being pushed."))
    if role != Role.OWNER and is_last_owner(fellow, alone=True):
        if me.user_id == fellow.user_id:
            raise Refused(LAST_OWNER)
        if owners.heir(fellow) is None:
            raise Refused(_("Nobody else is in this room who could own it."))


def enter(room: Room, user: User, by: User | None = None, *, invited: bool = False) -> Membership:
    """Whoever enters a room that everybody has left, or been kept out of, owns it. Under the
    room's lock.

    Leaving and coming back ends neither a mute nor the wait of slow mode.
    """
    with transaction.atomic():
        room = Room.lock(room.pk)
        if room.is_archived:
            raise Refused(_("This room is archived: it can be read, and nobody joins it."))
        if by is None and not invited and room.joining != Joining.EVERYONE:
            raise Refused(_("Only people who are invited join this room."))
        standing = Sanction.objects.standing().filter(room=room.pk, person=user)
        measures = dict(standing.values_list("measure", "until"))
        if Measure.BAN in measures:
            raise Refused(
                _("%(name)s is banned from this room. Lift the ban first.") % {"name": user.name}
            )
        role = Role.MEMBER if room.memberships.welcome().exists() else Role.OWNER
        defaults = {
            "last_read_seq": room.last_seq,
            "role": role,
            "muted_until": measures.get(Measure.MUTE),
            "last_posted_at": timezone.now() if room.slow_mode else None,
        }
        member, is_new = Membership.objects.get_or_create(room=room, user=user, defaults=defaults)
        if is_new:
            mentions.put_by(user, room.pk)
            events.rooms_changed(user.pk)
            events.standing_changed(room.pk, user.pk)
            if by is not None:
                audit.record(by=by, verb=gettext_noop("added to room"), area=room.area, target=user)
    return member


def is_last_owner(member: Membership, *, alone: bool = False) -> bool:
    """Whether nobody else owns the room who may come; of a room with nobody else in it only if
    `alone` counts. Two queries at most."""
    if member.role != Role.OWNER:
        return False
    others = member.room.memberships.exclude(pk=member.pk)
    return (alone or others.exists()) and not others.welcome().filter(role=Role.OWNER).exists()
