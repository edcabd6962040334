"""Whose a room is when its last owner is kept out: never nobody's, while anybody is there."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import audit
from accounts.actions.notices import tell
from accounts.models import User
from rooms.models import Membership, Role, Room
from rooms.realtime import events


def heir(going: Membership) -> Membership | None:
    """Who owns the room when this owner goes, if nobody else owns it: the moderator, else the
    member, who has been there for longest. Two queries."""
    others = going.room.memberships.exclude(pk=going.pk).welcome()
    if others.filter(role=Role.OWNER).exists():
        return None
    return others.select_related("user").order_by("-role", "joined_at", "pk").first()


def hand_on(going: Membership, by: User | None) -> None:
    """Give the room of an owner who goes to their heir; under the room's lock. Nothing happens
    where there is another owner, or nobody to own it: whoever enters then does."""
    found = heir(going) if going.role == Role.OWNER else None
    if found is None:
        return
    Membership.objects.filter(pk=found.pk).update(role=Role.OWNER)
    audit.record(
        by=by,
        verb=gettext_noop("changed role"),
        area=going.room.area,
        target=found.user,
        before={"role": found.role},
        after={"role": Role.OWNER.value},
    )
    tell(
        people=[found.user], text=partial(_told, going.room), address=going.room.get_absolute_url()
    )
    events.standing_changed(going.room_id, found.user_id)


def hand_on_all(person: User, by: User) -> None:
    """Somebody is kept out of the site for ever: what they own is their heirs' too.

    A room at a time, each in its own transaction; who is let in again owns it beside them.
    """
    for going in Membership.objects.filter(user=person, role=Role.OWNER).order_by("room"):
        with transaction.atomic():
            room = Room.lock(going.room_id)
            now = room.memberships.filter(pk=going.pk).first()
            if now is not None:
                now.room = room
                hand_on(now, by)


def _told(room: Room) -> str:
    told = _("“%(room)s” has no other owner any more: it is yours to look after now.")
    return told % {"room": room.name}
