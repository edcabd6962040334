"""Post, edit, remove and restore messages."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import audit
from accounts.models import User
from rooms import markup, metrics
from rooms.actions import mentions
from rooms.errors import Conflict, Invalid, Refused, Slowed
from rooms.models import Membership, Message, Room
from rooms.realtime import events

LONGEST = 10_000
GONE = "That message is not there any more."
ANOTHER_TEXT = (
    "Another tab sent something else from this same page. Your text was not sent: send it again."
)


def post(*, room: Room, author: User, text: str, nonce: str | None = None) -> Message:
    """Say `text` in `room`; the message, or the stored one when `nonce` came before.

    Three queries, whatever the room's size: the room's numbers (with its row's lock), the
    author's membership, the message; one more in slow mode, up to three where people are named.
    Raises Invalid for a text that cannot be a message, Refused for somebody who may not post now,
    Slowed where slow mode has them wait, Conflict for a nonce that came with another text.
    """
    text = _checked(text)
    called = mentions.called(text, room, author)
    html = markup.render(text, called.names)
    try:
        with transaction.atomic():
            return _insert(room, author, text, html, nonce, called)
    except (IntegrityError, Refused):
        if nonce is None:
            raise
        stored = Message.objects.filter(author=author, nonce=nonce, room=room.pk).first()
        if stored is None:
            raise
        if stored.text != text and stored.edited_at is None:
            raise Conflict(ANOTHER_TEXT) from None
        metrics.repeats.inc()
        return stored


def edit(*, member: Membership, message: Message, text: str) -> Message:
    """Put `text` in the place of one's own message. Raises Invalid or Refused."""
    text = _checked(text)
    called = mentions.called(text, member.room, member.user)
    html = markup.render(text, called.names)
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, _ = _now(member, message)
        if current.is_removed:
            raise Refused(GONE)
        if not me.may_change(current):
            mine = current.author_id == me.user_id
            raise Refused(me.obstacle if mine else "Only its author can change a message.")
        current.text, current.html = text, html
        current.edited_at, current.version = timezone.now(), room.version
        current.save(update_fields=["text", "html", "terms", "edited_at", "version"])
        current.unreached = called.unreached
        events.message_changed(current, member.room, mentions.renew(current, called))
    return current


def remove(*, member: Membership, message: Message, reason: str = "") -> Message:
    """Take away one's own message, or that of somebody lower; a quiet line stays in its place.

    Raises Refused.
    """
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, author = _now(member, message)
        if current.is_removed:
            raise Refused(GONE)
        if not me.may_remove(current, author):
            raise Refused(_why_not(me, current))
        current.removed_at, current.removed_by = timezone.now(), me.user
        current.removal_reason, current.version = markup.clean(reason)[:250], room.version
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
        if current.author_id != me.user_id:
            _record("removed message", me, current, current.removal_reason)
        events.message_changed(current, member.room, mentions.drop(current))
    return current


def restore(*, member: Membership, message: Message, reason: str = "") -> Message:
    """Bring back what a moderator removed; it speaks to whom it named again. Raises Refused."""
    called = mentions.called(message.text, member.room, message.author)
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, author = _now(member, message)
        if not me.may_restore(current, author):
            raise Refused(_why_not_restored(me, current))
        current.removed_at = current.removed_by = None
        current.removal_reason, current.version = "", room.version
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
        _record("restored message", me, current, markup.clean(reason))
        events.message_changed(current, member.room, mentions.keep(current, called))
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
            raise Refused("You cannot do that to somebody with the same or a higher role.")
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
            raise Refused("There was nothing of theirs to remove.")
        audit.record(
            by=by.user,
            verb="removed messages",
            area=by.room.area,
            target=author.user,
            reason=markup.clean(reason),
            after={"messages": count},
        )
        people = mentions.drop_at(by.room, room.version)
        events.messages_changed(by.room, room.version, people)
    return count


def _insert(
    room: Room, author: User, text: str, html: str, nonce: str | None, called: mentions.Called
) -> Message:
    now = timezone.now()
    numbers = Room.advance_by_message(room.pk, author=author, at=now)
    member = Membership.taking_part(numbers, author)
    if member.obstacle:
        raise Refused(member.obstacle)
    if member.wait:
        raise Slowed(member.wait)
    message = Message.objects.create(
        room=room,
        author=author,
        seq=numbers.last_seq,
        version=numbers.version,
        posted_version=numbers.version,
        nonce=nonce,
        text=text,
        html=html,
        created_at=numbers.last_posted_at or now,
        opens_run=numbers.run_head == numbers.last_seq,
        opens_day=numbers.day_head == numbers.last_seq,
    )
    if numbers.slow_mode:
        Membership.objects.filter(pk=member.pk).update(last_posted_at=now)
        message.wait = 0 if member.may_moderate else numbers.slow_mode
    message.unreached = called.unreached
    people = mentions.keep(message, called)
    events.message_posted(message, room, member.last_read_seq, people)
    return message


def _now(member: Membership, message: Message) -> tuple[Message, Membership, Membership | None]:
    """The message, who asks and its author as they are now, under the room's lock."""
    current = Message.objects.select_related("author").get(pk=message.pk)
    room = Room.objects.get(pk=member.room_id)
    current.room = room
    if current.author is None or current.author_id == member.user_id:
        (me,) = Membership.objects.now(room, member.user)
        return current, me, me if current.author else None
    me, author = Membership.objects.now(room, member.user, current.author)
    return current, me, author


def _why_not(me: Membership, message: Message) -> str:
    if me.may_moderate:
        return "You cannot do that to somebody with the same or a higher role."
    if me.user_id == message.author_id and me.room.is_archived:
        return me.obstacle
    return "Only its author, or a moderator of the room, can remove a message."


def _why_not_restored(me: Membership, message: Message) -> str:
    if not me.may_moderate:
        return "Only the room's moderators can bring a message back."
    if not message.is_removed:
        return "That message is not removed."
    if message.removed_by_id == message.author_id:
        return "Its author removed it: it stays so."
    if message.author_id == me.user_id:
        return "Somebody else has to bring back what was removed of yours."
    if not message.text:
        return "Its text has been deleted for good."
    return "You cannot do that for somebody with the same or a higher role."


def _record(verb: str, me: Membership, message: Message, reason: str) -> None:
    audit.record(
        by=me.user,
        verb=verb,
        area=me.room.area,
        target=message.author,
        subject=f"message {message.seq}",
        reason=reason,
    )


def _checked(text: str) -> str:
    text = markup.clean(text)
    if not text:
        raise Invalid("Write something first.")
    if len(text) > LONGEST:
        over = len(text) - LONGEST
        raise Invalid(
            f"A message has at most {LONGEST:,} characters; this one has {over:,} too many."
        )
    return text
