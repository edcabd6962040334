"""Post, edit and remove messages."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from rooms import markup, metrics
from rooms.actions import mentions
from rooms.errors import Conflict, Invalid, Refused
from rooms.models import Membership, Message, Role, Room
from rooms.realtime import events

LONGEST = 10_000
GONE = "That message is not there any more."
ANOTHER_TEXT = (
    "Another tab sent something else from this same page. Your text was not sent: send it again."
)
NOT_A_MEMBER = "Join this room to write in it."


def post(*, room: Room, author: User, text: str, nonce: str | None = None) -> Message:
    """Say `text` in `room`; the message, or the stored one when `nonce` came before.

    Three queries, whatever the room's size: the room's numbers (with its row's lock), the
    author's membership, the message; up to three more where people are named. Raises Invalid for a
    text that cannot be a message, Refused for somebody who may not post now, Conflict for a nonce
    that came with another text.
    """
    text = _checked(text)
    called = mentions.called(text, room, author)
    html = markup.render(text, called.names)
    try:
        with transaction.atomic():
            return _insert(room, author, text, html, nonce, called)
    except IntegrityError:
        stored = Message.objects.filter(author=author, nonce=nonce, room=room.pk).first()
        if nonce is None or stored is None:
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
        current = _own(member, message)
        current.text, current.html = text, html
        current.edited_at, current.version = timezone.now(), room.version
        current.save(update_fields=["text", "html", "terms", "edited_at", "version"])
        current.unreached = called.unreached
        events.message_changed(current, member.room, mentions.renew(current, called))
    return current


def remove(*, member: Membership, message: Message, reason: str = "") -> Message:
    """Take one's own message away; a quiet line stays in its place. Raises Refused."""
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current = _own(member, message)
        current.removed_at, current.removed_by = timezone.now(), member.user
        current.removal_reason, current.version = markup.clean(reason)[:250], room.version
        current.save(update_fields=["removed_at", "removed_by", "removal_reason", "version"])
        events.message_changed(current, member.room, mentions.drop(current))
    return current


def _insert(
    room: Room, author: User, text: str, html: str, nonce: str | None, called: mentions.Called
) -> Message:
    now = timezone.now()
    numbers = Room.advance_by_message(room.pk, author=author, at=now)
    member = Membership.taking_part(room.pk, author.pk, numbers.last_seq)
    if member is None or not member.may_post:
        raise Refused(NOT_A_MEMBER)
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
    message.unreached = called.unreached
    people = mentions.keep(message, called)
    events.message_posted(message, room, member.last_read_seq, people)
    return message


def _own(member: Membership, message: Message) -> Message:
    """The message as it is now, under the room's lock, if this person may still change it."""
    current = Message.objects.select_related("author").get(pk=message.pk)
    role = Membership.objects.filter(pk=member.pk).values_list("role", flat=True).first()
    if current.is_removed:
        raise Refused(GONE)
    if not Membership(user_id=member.user_id, role=role or Role.READER).may_change(current):
        raise Refused("Only its author can change a message.")
    current.room = member.room
    return current


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
