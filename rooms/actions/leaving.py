"""Leave the site for good: one's rooms at once, one's name on every message step by step."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import people
from accounts.models import User
from rooms.actions import attachments, reactions, replies
from rooms.actions.held import withdraw_all
from rooms.actions.members import is_last_owner
from rooms.errors import Refused
from rooms.models import Attachment, Kind, Membership, Message, Reaction, Room
from rooms.realtime import events

AT_ONCE = 500


def leave(*, person: User, erase: bool) -> None:
    """Close the account and take the person out of every room; what they said stays under “A
    former member”, or with `erase` is gone, by as many calls of `step` as that takes.

    Raises Refused, with nothing done, for the last owner of a room with others in it, and for
    the site's last administrator.
    """
    with transaction.atomic():
        mine = list(Membership.objects.filter(user=person).select_related("room").order_by("room"))
        list(
            Room.objects.select_for_update().filter(pk__in=[m.room_id for m in mine]).order_by("pk")
        )
        for member in mine:
            _check_owner(member)
        people.close(person=person, erase=erase)
        for member in mine:
            withdraw_all(member.room, person.pk)
            member.delete()
            events.membership_ended(member.room_id, person.pk, _("You have closed your account."))
            if member.other_id:
                events.standing_changed(member.room_id, member.other_id)
                events.rooms_changed(member.other_id)


def step() -> bool:
    """Take care of up to 500 messages of one person who left, or of as many with a reaction of
    theirs; whether there was anything to do.

    Each step is a change of one room with its own version, so open pages follow: no event is
    needed, as the hub's tick finds the version within five seconds. Interrupted anywhere it goes
    on where it was: what is done bears no author any more. Lastly the person's row goes.
    """
    person = User.objects.exclude(leaving="").order_by("pk").first()
    if person is None:
        return False
    first = Message.objects.filter(author=person).only("pk", "room_id").first()
    given = Reaction.objects.filter(user=person).values_list("message__room", flat=True).first()
    if first is not None:
        _disown(person, first.room_id)
    elif given is not None:
        reactions.take_back(person=person, room_pk=given)
    else:
        Room.objects.filter(kind=Kind.DIRECT, memberships=None).delete()  # both have gone
        person.delete()
    return True


def _disown(person: User, room_pk: int) -> None:
    with transaction.atomic():
        version = Room.advance(room_pk).version
        theirs = Message.objects.filter(author=person, room=room_pk).values("pk")[:AT_ONCE]
        pks = [row["pk"] for row in theirs]
        messages = Message.objects.filter(pk__in=pks)
        messages.update(author=None, nonce=None, version=version)
        replies.follow(messages, version)
        if person.leaving == User.Leaving.ERASE:
            standing = messages.filter(removed_at=None)
            standing.update(removed_at=timezone.now())
            messages.update(text="", html="", files=None, removal_reason="")
            attachments.discard(Attachment.objects.filter(message__in=pks))


def _check_owner(member: Membership) -> None:
    if is_last_owner(member):
        raise Refused(
            _("You are the last owner of “%(name)s”. Make somebody else an owner first.")
            % {"name": member.room.name}
        )
