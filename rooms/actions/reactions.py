"""React to a message with an emoji, and take it back, or as a moderator away."""

from collections.abc import Iterable

import emoji as known
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import audit
from accounts.models import User
from rooms.actions import mentions
from rooms.actions.members import lower
from rooms.errors import Invalid, Purged, Refused
from rooms.markup import clean
from rooms.models import Membership, Message, Reaction, Room
from rooms.realtime import events

MOST = 12  # different ones on a message
MOST_PEOPLE = 200  # with the same one: each stands in the row
FULLY_QUALIFIED = 2  # Unicode Technical Standard 51, emoji-test.txt
AT_ONCE = 500


def toggle(*, member: Membership, message: Message, emoji: str) -> Message:
    """Put `emoji` on a message, or take one's own away: one version of the room.

    At most nine queries, whatever the room's size. Raises Invalid for what is no emoji, Refused
    for somebody who may not react now, a message that does not stand, or one that has its fill.
    """
    emoji = checked(emoji)
    with transaction.atomic():
        current = _standing(message)
        (me,) = Membership.objects.now(current.room, member.user)
        if me.obstacle_to_react:
            raise Refused(me.obstacle_to_react)
        mine = Reaction.objects.filter(message=current, user=me.user, emoji=emoji)
        is_new = not mine.delete()[0]
        if is_new:
            Reaction.objects.create(message=current, user=me.user, emoji=emoji)
        current.reactions = written(_given([current.pk]))
        _check(current, emoji)
        _show(current, me.user, is_new)
    return current


def take_away(
    *, by: Membership, member: Membership, message: Message, emoji: str, reason: str = ""
) -> Message:
    """A moderator takes away a reaction of somebody lower: one version of the room, and the log
    has it. Raises Invalid or Refused."""
    emoji = checked(emoji)
    with transaction.atomic():
        fellow = lower(by, member)[1]
        current = _standing(message)
        theirs = Reaction.objects.filter(message=current, user=fellow.user, emoji=emoji)
        if not theirs.delete()[0]:
            raise Refused(_("That reaction is not there any more."))
        current.reactions = written(_given([current.pk]))
        _show(current, fellow.user, False)
        audit.record(
            by=by.user,
            verb=gettext_noop("removed reaction"),
            area=current.room.area,
            target=fellow.user,
            subject=f"{emoji} message {current.seq}",
            reason=clean(reason),
        )
    return current


def take_back(*, person: User, room_pk: int) -> None:
    """Some hundred messages of a room without this person's reactions: one version of it."""
    with transaction.atomic():
        version = Room.advance(room_pk).version
        theirs = Reaction.objects.filter(user=person, message__room=room_pk)
        pks = list(theirs.values_list("message", flat=True).distinct()[:AT_ONCE])
        Reaction.objects.filter(user=person, message__in=pks).delete()
        messages = list(Message.objects.filter(pk__in=pks).only("pk"))
        left: dict[int, list[tuple[int, str, str]]] = {pk: [] for pk in pks}
        for one in _given(pks):
            left[one[0]].append(one)
        for message in messages:
            message.reactions, message.version = written(left[message.pk]), version
        Message.objects.bulk_update(messages, ["reactions", "version"])


def checked(text: str) -> str:
    """One emoji, as it is stored. Raises Invalid."""
    emoji = known.emojize(known.demojize(text.strip()[:40]))
    if known.EMOJI_DATA.get(emoji, {}).get("status") != FULLY_QUALIFIED:
        raise Invalid(_("That is not one emoji."))
    return emoji


def written(given: Iterable[tuple[int, str, str]]) -> str:
    """`Message.reactions`: a line for each emoji, with the user names of those who gave it."""
    lines: dict[str, list[str]] = {}
    for _pk, emoji, username in given:
        lines.setdefault(emoji, [emoji]).append(username)
    return "\n".join(" ".join(line) for line in lines.values())


def _standing(message: Message) -> Message:
    """The message as it is now, under its room's next version. Raises Refused."""
    version = Room.advance(message.room_id).version
    current = Message.objects.select_related("author", "reply_to__author").filter(pk=message.pk)
    found = current.first()
    if found is None:
        raise Refused(str(Purged.sentence))
    if found.is_removed:
        raise Refused(_("That message is not there any more."))
    found.room, found.version = Room.objects.get(pk=message.room_id), version
    return found


def _show(message: Message, by: User, is_new: bool) -> None:
    """Store what stands below a message now, and say so."""
    message.save(update_fields=["reactions", "version"])
    events.message_reacted(message, message.room, mentions.react(message, by, is_new))


def _given(message_pks: list[int]) -> list[tuple[int, str, str]]:
    """Message, emoji and user name of each reaction to these, in order. One query."""
    found = Reaction.objects.filter(message__in=message_pks).order_by("pk")
    return list(found.values_list("message", "emoji", "user__username"))


def _check(message: Message, emoji: str) -> None:
    lines = (message.reactions or "").split("\n")
    if len(lines) > MOST:
        raise Refused(_("This message has as many different reactions as it can take."))
    if any(line.startswith(f"{emoji} ") and line.count(" ") > MOST_PEOPLE for line in lines):
        raise Refused(_("This reaction was given as often as a message can take."))
