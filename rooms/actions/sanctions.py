"""Mute and ban people, for a time or for ever, and lift that again."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import audit, notices
from rooms import durations
from rooms.actions import mentions
from rooms.actions.members import end, lower
from rooms.errors import Invalid
from rooms.markup import clean
from rooms.models import Measure, Membership, Sanction
from rooms.models.members import until
from rooms.realtime import events


def mute(*, by: Membership, member: Membership, seconds: str = "", reason: str = "") -> Sanction:
    """Keep a lower person from writing here. Raises Invalid or Refused."""
    return _impose(Measure.MUTE, by, member, seconds, reason)


def ban(*, by: Membership, member: Membership, seconds: str = "", reason: str = "") -> Sanction:
    """Keep a lower person from reading and joining; their pages of the room are closed.

    Raises Invalid or Refused.
    """
    return _impose(Measure.BAN, by, member, seconds, reason)


def unmute(*, by: Membership, member: Membership, reason: str = "") -> None:
    """End a mute before its time; nothing happens if there is none. Raises Refused."""
    _lift(Measure.MUTE, by, member, reason)


def unban(*, by: Membership, member: Membership, reason: str = "") -> None:
    """End a ban before its time; nothing happens if there is none. Raises Refused."""
    _lift(Measure.BAN, by, member, reason)


def _lift(measure: Measure, by: Membership, member: Membership, reason: str) -> None:
    with transaction.atomic():
        _, fellow = lower(by, member)
        standing = Sanction.objects.standing().filter(
            room=by.room_id, person=member.user_id, measure=measure
        )
        found = standing.first()
        if found is None:
            return
        standing.update(lifted_at=timezone.now())
        audit.record(
            by=by.user,
            verb="lifted mute" if measure == Measure.MUTE else "lifted ban",
            area=by.room.area,
            target=member.user,
            reason=clean(reason),
            before={"lasts": until(found.until)},
        )
        _apply(fellow, measure, None)
        found.room = by.room
        notices.tell(people=[member.user], text=found.lifted_sentence)


def _impose(
    measure: Measure, by: Membership, member: Membership, seconds: str, reason: str
) -> Sanction:
    ends, reason = durations.end(seconds), clean(reason)[:250]
    if by.user_id == member.user_id:
        raise Invalid("You cannot do that to yourself.")
    with transaction.atomic():
        _, fellow = lower(by, member)
        told = Sanction.objects.filter(room=by.room_id, person=member.user_id, measure=measure)
        told.filter(lifted_at=None).update(lifted_at=timezone.now())
        sanction = Sanction.objects.create(
            room=by.room,
            person=member.user,
            measure=measure,
            until=ends,
            reason=reason,
            by=by.user,
        )
        audit.record(
            by=by.user,
            verb="muted" if measure == Measure.MUTE else "banned",
            area=by.room.area,
            target=member.user,
            reason=reason,
            after={"lasts": until(ends)},
        )
        _apply(fellow, measure, sanction)
        address = sanction.get_absolute_url()
        notices.tell(people=[member.user], text=sanction.sentence_elsewhere, address=address)
    return sanction


def _apply(fellow: Membership, measure: Measure, sanction: Sanction | None) -> None:
    if measure == Measure.MUTE:
        muted_until = sanction.until if sanction else None
        Membership.objects.filter(pk=fellow.pk).update(muted_until=muted_until)
        events.standing_changed(fellow.room_id, fellow.user_id)
    elif sanction is not None:
        end(fellow, sanction.sentence)
        mentions.put_by(fellow.user, fellow.room_id)
