"""Take messages away, and bring them back: one, or several of one person's."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import audit
from rooms import markup
from rooms.actions import mentions, replies
from rooms.actions.messages import GONE, announce, as_now, record
from rooms.errors import Refused
from rooms.models import Membership, Message, Room
from rooms.realtime import events


def remove(*, member: Membership, message: Message, reason: str = "") -> Message:
    """Take away one's own message, or that of somebody lower; a quiet line stays in its place.

    Raises Refused.
    """
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, author = as_now(member, message)
        if current.is_removed:
            raise Refused(GONE)
        if not me.may_remove(current, author):
            raise Refused(_why_not(me, current))
        current.removed_at, current.removed_by = timezone.now(), me.user
        current.removal_reason, current.version = markup.clean(reason)[:250], room.version
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
        if current.author_id != me.user_id:
            record(gettext_noop("removed message"), me, current, current.removal_reason)
        announce(current, member.room, mentions.drop(current))
    return current


def restore(*, member: Membership, message: Message, reason: str = "") -> Message:
    """Bring back what a moderator removed; it speaks to whom it named again. Raises Refused."""
    called = mentions.called(message.text, member.room, message.author)
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, author = as_now(member, message)
        if not me.may_restore(current, author):
            raise Refused(_why_not_restored(me, current))
        current.removed_at = current.removed_by = None
        current.removal_reason, current.version = "", room.version
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
        record(gettext_noop("restored message"), me, current, markup.clean(reason))
        people = mentions.keep(current, called, original=replies.kept(current))
        announce(current, member.room, people)
    return current


def remove_many(
    *,
    by: Membership,
    author: Membership,
    seqs: Sequence[int] | None = None,
    since: datetime | None = None,
    reason: str = "",
) -> int:
    """Take away several messages of one lower person at once: those at `seqs`, or all `since`.

    `since` None with no `seqs`: all that this person ever said here. One UPDATE and one version
    of the room for all of them, however many; the count is returned. Raises Refused.
    """
    with transaction.atomic():
        room = Room.advance(by.room_id)
        me, them = Membership.objects.now(by.room, by.user, author.user)
        if not me.may_act_on(them):
            raise Refused(_("You cannot do that to somebody with the same or a higher role."))
        theirs = Message.objects.filter(room=room.pk, author=author.user_id, removed_at=None)
        if seqs is not None:
            theirs = theirs.filter(seq__in=seqs)
        elif since is not None:
            theirs = theirs.filter(created_at__gte=since)
        count = theirs.update(
            removed_at=timezone.now(),
            removed_by=by.user,
            removal_reason=markup.clean(reason)[:250],
            version=room.version,
        )
        if not count:
            raise Refused(_("There was nothing of theirs to remove."))
        audit.record(
            by=by.user,
            verb=gettext_noop("removed messages"),
            area=by.room.area,
            target=author.user,
            reason=markup.clean(reason),
            after={"messages": count},
        )
        people = mentions.drop_at(by.room, room.version)
        replies.follow(Message.objects.filter(room=room.pk, version=room.version), room.version)
        events.messages_changed(by.room, room.version, people)
    return count


def restore_many(
    *, by: Membership, author: Membership, seqs: Sequence[int], reason: str = ""
) -> int:
    """Bring back those of one person's messages at `seqs` that are removed: all of them or none.

    Each as `restore` does, with a version and an entry in the log of its own; the count is
    returned. Raises Refused.
    """
    theirs = Message.objects.filter(room=by.room_id, author=author.user_id, seq__in=seqs)
    with transaction.atomic():
        removed = list(theirs.exclude(removed_at=None).select_related("author").order_by("seq"))
        if not removed:
            raise Refused(_("There was nothing of theirs to bring back."))
        for message in removed:
            restore(member=by, message=message, reason=reason)
    return len(removed)


def _why_not(me: Membership, message: Message) -> str:
    if me.may_moderate:
        return _("You cannot do that to somebody with the same or a higher role.")
    if me.user_id == message.author_id and me.room.is_archived:
        return me.obstacle
    return _("Only its author, or a moderator of the room, can remove a message.")


def _why_not_restored(me: Membership, message: Message) -> str:
    if not me.may_moderate:
        return _("Only the room's moderators can bring a message back.")
    if not message.is_removed:
        return _("That message is not removed.")
    if message.removed_by_id == message.author_id:
        return _("Its author removed it: it stays so.")
    if message.author_id == me.user_id:
        return _("Somebody else has to bring back what was removed of yours.")
    if not message.text and not message.files:
        return _("Its text has been deleted for good.")
    return _("You cannot do that for somebody with the same or a higher role.")
