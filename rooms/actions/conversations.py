"""Talk to one person: begin, hide, block and unblock."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions import blocks
from accounts.models import User
from rooms.errors import Invalid, Refused, TooMany
from rooms.models import Attention, Kind, Membership, Role, Room
from rooms.models.conversations import pair, silence
from rooms.realtime import events

A_DAY = timedelta(days=1)
TOLD = 100
MOST = 30  # conversations that one person begins within that


def begin(*, by: User, person: User) -> Room:
    """The conversation of these two, made if there is none yet; two at once get the same one.

    The other hears of it with its first message. One may begin with whomever one shares a room
    with, the site's staff with anybody. Raises Invalid for oneself, Refused or TooMany.
    """
    if by.pk == person.pk:
        raise Invalid(_("This is you. To keep something for yourself, save a message."))
    found = _standing(by, person)
    if found is None:
        _check(by, person)
        try:
            with transaction.atomic():
                return _make(by, person)
        except IntegrityError:
            found = Room.objects.get(pair=pair(by, person))
    bring_back(found.pk, by.pk)
    return found


def hide(*, member: Membership) -> None:
    """Take a conversation out of one's sidebar until something is said in it."""
    Membership.objects.filter(pk=member.pk).update(attention=Attention.HIDDEN)
    with transaction.atomic():
        events.rooms_changed(member.user_id)


def bring_back(room_pk: int, user_pk: int) -> None:
    """The conversation is in this person's sidebar again, if it was hidden. One query."""
    mine = Membership.objects.filter(room=room_pk, user=user_pk, attention=Attention.HIDDEN)
    with transaction.atomic():
        if mine.update(attention=Attention.EVERYTHING):
            events.rooms_changed(user_pk)


def block(*, by: User, person: User) -> None:
    """Fold what `person` says, and have neither write to the other. Raises Invalid.

    Under the lock of their conversation, so that nothing is said in it once this is done.
    """
    with transaction.atomic():
        room = _locked(by, person)
        blocks.block(by=by, person=person)
        _tell(room, by, person)


def unblock(*, by: User, person: User) -> None:
    """End that; nothing happens to somebody who is not blocked."""
    with transaction.atomic():
        room = _locked(by, person)
        blocks.unblock(by=by, person=person)
        _tell(room, by, person)


def rename(user: User) -> None:
    """Show the new name of `user` to those whom they talked to, the latest first. One query."""
    theirs = Membership.objects.filter(other=user).order_by("-room__last_posted_at")
    for room_pk, user_pk in theirs.values_list("room", "user")[:TOLD]:
        events.rooms_changed(user_pk)
        events.standing_changed(room_pk, user_pk)


def _check(by: User, person: User) -> None:
    """Whether `by` may begin with `person`. Raises Refused."""
    if by.blocks.filter(person=person).exists():
        raise Refused(silence("mine", person))
    if not person.is_welcome or person.blocks.filter(person=by).exists():
        raise Refused(silence("theirs", person))
    if not by.is_in_charge and not Room.objects.shared_by(by, person).exists():
        raise Refused(
            _("You can write to people with whom you share a room. You share none with %(name)s.")
            % {"name": person.name}
        )


def _make(by: User, person: User) -> Room:
    """Under the lock of the beginner's own row, which the count is of.

    Without the lock of its key: who begins with this one at that moment refers to it.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    lately = Room.objects.filter(begun_by=by, created_at__gt=timezone.now() - A_DAY)
    times = list(lately.order_by("-created_at").values_list("created_at", flat=True)[:MOST])
    if len(times) == MOST:
        again = date_format(timezone.localtime(times[-1] + A_DAY), "j F, H:i")
        told = _("You have begun %(most)d conversations within a day. Begin the next on %(time)s.")
        raise TooMany(told % {"most": MOST, "time": again})
    room = Room.objects.create(
        slug=secrets.token_hex(8), kind=Kind.DIRECT, pair=pair(by, person), begun_by=by
    )
    for user, other in ((by, person), (person, by)):
        attention = Attention.EVERYTHING if user is by else Attention.HIDDEN
        Membership.objects.create(
            room=room, user=user, other=other, role=Role.MEMBER, attention=attention
        )
    events.rooms_changed(by.pk)
    return room


def _standing(by: User, person: User) -> Room | None:
    return Room.objects.filter(pair=pair(by, person)).first()


def _locked(by: User, person: User) -> Room | None:
    """Their conversation, before either's row: a post takes them in this order."""
    return Room.objects.select_for_update().filter(pair=pair(by, person)).first()


def _tell(room: Room | None, *people: User) -> None:
    if room is not None:
        events.standings_changed(room.pk, [person.pk for person in people])
