"""The one door: from a person and an address to a room, a membership or a message, or a 404.

Nothing else looks these rows up by what an address says. A private room and a room that does not
exist answer alike, after the same queries.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404

from accounts.models import Invitation, User
from rooms.errors import Barred, Purged
from rooms.models import Attachment, Case, Held, Kind, Membership, Message, Role, Room, Sanction
from rooms.models.sanctions import banned

SHOWN_OF_ATTACHMENT = (
    "key", "name", "type", "size", "width", "height", "moves", "message__removed_at",
    "held__author",
)  # fmt: skip


def membership(user: User, slug: str) -> Membership:
    """What this person is to the room at `slug`; one query for members, two for others.

    A conversation of two is called by the other's name. Returns an unsaved membership with
    `Role.READER` for a public room not joined.
    Raises Http404 for a room that does not exist or that the person may not know of, Barred for
    a public room that the person is banned from (after one query more).
    """
    _refuse_nul(slug)
    mine = Membership.objects.heard().select_related("room")
    found = mine.filter(user=user, room__slug=slug).first()
    if found is None:
        public = Room.objects.filter(slug=slug, kind=Kind.PUBLIC)
        room = public.annotate(bars=banned(user.pk)).first()
        if room is None:
            raise Http404("No such room.")
        if room.bars:  # type: ignore[attr-defined]
            ban = Sanction.objects.bans().get(room=room, person=user)
            raise Barred(ban.sentence, ban.get_absolute_url())
        found = Membership(room=room, user=user, role=Role.READER)
    found.user, found.room.name = user, found.title
    return found


def by_feed_key(key: str) -> Membership:
    """The membership whose secret this is, with its room and person; one query. Raises Http404.

    It ends with the membership, and rests while the person's account may not be used.
    """
    _refuse_nul(key)
    members = Membership.objects.select_related("room", "user", "other")
    found = members.filter(feed_key=key).first()
    if found is None or not found.user.is_welcome:
        raise Http404("No such feed.")
    found.room.name = found.title
    return found


def message(member: Membership, seq: int) -> Message:
    """The message at this place in a room that the person may read; one query.

    Raises Http404, or Purged for one that the room keeps no longer.
    """
    found = (
        Message.objects.select_related("author", "removed_by", "reply_to__author")
        .filter(room=member.room_id, seq=seq)
        .first()
    )
    if found is None:
        raise Purged if 0 < seq < member.room.first_seq else Http404("No such message.")
    found.room = member.room
    return found


def attachment(member: Membership, key: str) -> Attachment:
    """The file with this key, of a message in a room that the person may read; one query.

    Raises Http404, also for what was removed, which moderators alone may see, and what waits for
    them, which is its author's and theirs.
    """
    _refuse_nul(key)
    here = Q(message__room=member.room_id) | Q(held__room=member.room_id)
    found = Attachment.objects.select_related("message", "held").filter(here, key=key)
    file = found.only(*SHOWN_OF_ATTACHMENT).first()
    if file is None:
        raise Http404("No such file.")
    is_open = file.message is not None and not file.message.is_removed
    mine = file.held is not None and file.held.author_id == member.user_id
    if not (is_open or mine or member.may_moderate):
        raise Http404("No such file.")
    return file


def held(member: Membership, pk: int) -> Held:
    """What waits in this room, one's own or for a moderator all; one query.

    Raises Http404, or PermissionDenied for what is not this person's to see.
    """
    found = Held.objects.select_related("author").filter(room=member.room_id, pk=pk).first()
    if found is None:
        raise Http404("No such message.")
    if not member.may_moderate and found.author_id != member.user_id:
        raise PermissionDenied("Not yours.")
    return found


def fellow(member: Membership, username: str) -> Membership:
    """Another person's membership of the same room; one query. Raises Http404."""
    _refuse_nul(username)
    people = Membership.objects.select_related("user", "room")
    found = people.filter(room=member.room_id, user__username=username).first()
    if found is None:
        raise Http404("No such member.")
    return found


def invitation(token: str) -> Invitation:
    """The invitation with this link, which may be over; one query. Raises Http404."""
    _refuse_nul(token)
    found = Invitation.objects.select_related("made_by").filter(token=token).first()
    if found is None:
        raise Http404("No such invitation.")
    return found


def person(username: str) -> User:
    """Somebody who has an account here; one query. Raises Http404."""
    _refuse_nul(username)
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise Http404("No such person.")
    return found


def case(member: Membership, pk: int) -> Case:
    """A case of this room that the person may know of; one query. Raises Http404."""
    found = Case.objects.for_room(member).related().filter(pk=pk).first()
    if found is None:
        raise Http404("No such case.")
    return found


def case_on_site(user: User, pk: int) -> Case:
    """The same for the site's staff."""
    found = Case.objects.for_site(user).related().filter(pk=pk).first()
    if found is None:
        raise Http404("No such case.")
    return found


def sanction(user: User, pk: int) -> Sanction:
    """What somebody was sanctioned with themselves, in whatever room; one query. Raises Http404."""
    found = Sanction.objects.select_related("room").filter(person=user, pk=pk).first()
    if found is None:
        raise Http404("No such thing.")
    return found


def anybody(member: Membership, username: str) -> Membership:
    """What anybody is to the same room, one who left or never came included. Raises Http404.

    One query for a member, two for others. Only moderators may ask: it tells who has an account.
    """
    try:
        return fellow(member, username)
    except Http404:
        found = User.objects.filter(username=username).first()
        if found is None or not member.may_moderate:
            raise
        return Membership(room=member.room, user=found, role=Role.READER)


def _refuse_nul(value: str) -> None:
    """What PostgreSQL cannot even be asked for is not there."""
    if "\x00" in value:
        raise Http404("No such thing.")
