"""Mute and ban people, for a time or for ever, and lift that again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import languages
from accounts.actions import audit, notices
from accounts.models import User
from rooms import durations
from rooms.actions import mentions
from rooms.actions.members import end, lower
from rooms.errors import Invalid
from rooms.markup import clean
from rooms.models import Measure, Membership, Sanction
from rooms.models.sanctions import with_reason
from rooms.realtime import events

A_CLICK = timedelta(seconds=10)


def mute(*, by: Membership, member: Membership, seconds: str = "", reason: str = "") -> Sanction:
    """Keep a lower person from writing here; the very same clicked twice is done once.

    Raises Invalid or Refused.
    """
    return _impose(Measure.MUTE, by, member, seconds, reason)


def ban(*, by: Membership, member: Membership, seconds: str = "", reason: str = "") -> Sanction:
    """Keep a lower person from reading and joining; their pages of the room are closed.

    Clicked twice it is done once. Raises Invalid or Refused.
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
        fellow = lower(by, member)[1]
        standing = Sanction.objects.standing().filter(
            room=by.room_id, person=member.user_id, measure=measure
        )
        found = standing.first()
        if found is None:
            return
        standing.update(lifted_at=timezone.now())
        audit.record(
            by=by.user,
            verb=gettext_noop("lifted mute")
            if measure == Measure.MUTE
            else gettext_noop("lifted ban"),
            area=by.room.area,
            target=member.user,
            reason=clean(reason),
            before={"lasts": _lasts(found.until)},
        )
        _apply(fellow, measure, None, by.user)
        found.room = by.room
        notices.tell(
            people=[member.user], text=lambda: with_reason(found.lifted_sentence, clean(reason))
        )


def _impose(
    measure: Measure, by: Membership, member: Membership, seconds: str, reason: str
) -> Sanction:
    ends, reason = durations.end(seconds), clean(reason)[:250]
    if by.user_id == member.user_id:
        raise Invalid(_("You cannot do that to yourself."))
    with transaction.atomic():
        fellow = lower(by, member)[1]
        told = Sanction.objects.filter(room=by.room_id, person=member.user_id, measure=measure)
        same = told.standing().filter(by=by.user, reason=reason, until__lte=ends)
        if again := same.filter(until__gt=ends - A_CLICK).first():
            return again
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
            verb=gettext_noop("muted") if measure == Measure.MUTE else gettext_noop("banned"),
            area=by.room.area,
            target=member.user,
            reason=reason,
            after={"lasts": _lasts(ends)},
        )
        _apply(fellow, measure, sanction, by.user)
        address = sanction.get_absolute_url()
        notices.tell(
            people=[member.user], text=lambda: sanction.sentence_elsewhere, address=address
        )
    return sanction


def _lasts(end: datetime) -> str:
    """Until when, as the log keeps it."""
    with languages.to_everybody():
        return durations.until(end)


def _apply(fellow: Membership, measure: Measure, sanction: Sanction | None, by: User) -> None:
    if measure == Measure.MUTE:
        muted_until = sanction.until if sanction else None
        Membership.objects.filter(pk=fellow.pk).update(muted_until=muted_until)
        events.standing_changed(fellow.room_id, fellow.user_id)
    elif sanction is not None:
        with languages.to(fellow.user):
            end(fellow, by, sanction.sentence, sanction.get_absolute_url())
        mentions.put_by(fellow.user, fellow.room_id)
