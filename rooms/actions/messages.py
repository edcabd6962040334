"""Post, let in and edit messages; `removals` has how they go, and come back."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actions import audit
from accounts.models import User
from rooms import markup, metrics
from rooms.actions import mentions, replies, rules, words
from rooms.actions.conversations import bring_back
from rooms.actions.held import decide, hold
from rooms.errors import Conflict, Purged, Refused, Waiting
from rooms.models import Attachment, Attention, Decision, Held, Membership, Message, Room
from rooms.realtime import events
from rooms.words import MASK, Words

GONE = gettext_lazy("That message is not there any more.")


def post(
    *,
    room: Room,
    author: User,
    text: str,
    nonce: str | None = None,
    files: Sequence[Attachment] = (),
    reply: int | None = None,
) -> Message:
    """Say `text` in `room`; the message, or the stored one when `nonce` came before.

    With `files`, nobody's yet (`attachments.brought`), which may stand alone: one query more.
    With `reply`, the seq of the message that it replies to: one more.

    Three queries, whatever the room's size: the room's numbers (with its row's lock), the
    author's membership, the message; up to three more where people are told, and one where
    the words that hold here are not the ones that this process remembers.
    Raises Invalid for a text that cannot be a message, Refused for somebody who may not post
    this now, Slowed and Repeated where they have to wait, Conflict for a nonce that came with
    another text, and Waiting for what is held for a moderator: that is taken.
    """
    text = rules.checked(text, may_be_empty=bool(files))
    return rules.by_the_words(
        room.pk, lambda known: _post(room, author, text, nonce, known, files, reply)
    )


def approve(*, by: Membership, held: Held) -> Message:
    """Let in what waits: it is posted now, in its author's name, by whoever decides it first.

    Raises Refused, also where its author may not write here now: then it goes on waiting.
    """
    called = mentions.called(held.text, by.room, held.author)
    files = list(held.attachments.order_by("pk"))
    html = markup.render(held.text, called.names)
    said = rules.Said(held.text, html, called, files=files)
    with transaction.atomic():
        room, me, author = decide(by, held, Decision.APPROVED, "")
        if author.obstacle:
            raise Refused(_why_not_now(author))
        message = posted(room, held.author, held.nonce)
        reply = held.reply_to.seq if held.reply_to else None
        original = replies.kept(held)
        if message is None:
            message = _insert(room, held.author, held.nonce, said, original)
        elif not (_says(message, held.text) and replies.is_same(message, reply)):
            message = _insert(room, held.author, None, said, original)
        record(gettext_noop("approved message"), me, message, "")
    return message


def edit(*, member: Membership, message: Message, text: str) -> Message:
    """Put `text` in the place of one's own message. Raises Invalid or Refused.

    What would have to wait for a moderator cannot be put in by an edit. Its files stay, and with
    them it may be left without a text.
    """
    text = rules.checked(text, may_be_empty=bool(message.files))
    return rules.by_the_words(message.room_id, lambda known: _edit(member, message, text, known))


def preview(*, member: Membership, text: str) -> str:
    """What others would read of `text` here, as HTML; nothing is stored. Raises Invalid."""
    known = words.known(member.room_id)
    return rules.written(rules.checked(text), member.room, member.user, known).html


def sent_before(*, room: Room, author: User, text: str, nonce: str | None) -> Message | None:
    """The message that came with this nonce before, for whoever would have much work to send it
    again. One query. Raises Conflict if that was another text."""
    stored = posted(room, author, nonce)
    if stored is not None and not _says(stored, markup.clean(text)):
        raise Conflict(rules.ANOTHER_TEXT)
    return stored


def posted(room: Room, author: User, nonce: str | None) -> Message | None:
    """The message that came with this nonce before. One query."""
    if nonce is None:
        return None
    found = Message.objects.filter(author=author, nonce=nonce, room=room.pk)
    return found.select_related("reply_to").first()


def _post(
    room: Room,
    author: User,
    text: str,
    nonce: str | None,
    known: Words,
    files: Sequence[Attachment],
    reply: int | None,
) -> Message:
    said = rules.written(text, room, author, known, files)
    try:
        with transaction.atomic():
            return _insert(room, author, nonce, said, reply)
    except rules.Withheld as held:
        stored = posted(room, author, nonce)
        if stored is None:
            _held, seconds = hold(
                room=room, author=author, said=said, nonce=nonce, why=held.why, reply=reply
            )
            raise Waiting(seconds) from None
    except (IntegrityError, Refused):
        stored = posted(room, author, nonce)
        if stored is None:
            raise
    says = _says(stored, said.text) or stored.text == text
    if not says or not replies.is_same(stored, reply):
        raise Conflict(rules.ANOTHER_TEXT)
    metrics.repeats.inc()
    return stored


def _says(stored: Message, text: str) -> bool:
    """Whether a message was this text, as far as masks and edits let one know."""
    return stored.text == text or MASK in stored.text or stored.edited_at is not None


def _edit(member: Membership, message: Message, text: str, known: Words) -> Message:
    said = rules.written(text, member.room, member.user, known)
    with transaction.atomic():
        room = Room.advance(message.room_id)
        current, me, _author = as_now(member, message)
        if current.is_removed:
            raise Refused(GONE)
        if not me.may_change(current):
            mine = current.author_id == me.user_id
            raise Refused(me.obstacle if mine else _("Only its author can change a message."))
        rules.check_edit(me, message, said)
        current.text, current.html = said.text, said.html
        current.edited_at, current.version = timezone.now(), room.version
        current.save(update_fields=["text", "html", "terms", "edited_at", "version"])
        current.unreached = said.called.unreached
        original = replies.kept(current)
        people = () if me.room.is_direct else mentions.renew(current, said.called, original)
        announce(current, member.room, people)
    return current


def _insert(
    room: Room,
    author: User,
    nonce: str | None,
    said: rules.Said,
    reply: int | replies.Original | None,
) -> Message:
    """`reply` is where the writer saw what it replies to, or that itself."""
    now = timezone.now()
    numbers = Room.advance_by_message(room.pk, author=author, at=now)
    member = Membership.taking_part(numbers, author, said.likeness)
    if member.obstacle:
        raise Refused(member.obstacle)
    if said.version is not None:
        rules.check(member, said)
    original = replies.replied_to(room, reply, author) if isinstance(reply, int) else reply
    message = Message.objects.create(
        room=room,
        author=author,
        seq=numbers.last_seq,
        version=numbers.version,
        posted_version=numbers.version,
        nonce=nonce,
        reply_to=original.message if original else None,
        text=said.text,
        html=said.html,
        files=said.shown_files,
        created_at=numbers.last_posted_at or now,
        opens_run=numbers.run_head == numbers.last_seq,
        opens_day=numbers.day_head == numbers.last_seq,
    )
    if said.files:
        Attachment.objects.claim(said.files, message=message)
    message.wait = 0 if member.may_moderate else numbers.slow_mode
    message.unreached = said.called.unreached
    people = mentions.keep(message, said.called, member.other_id, original)
    if member.attended == Attention.HIDDEN:
        bring_back(room.pk, member.other_id or 0)
    events.message_posted(message, room, member.last_read_seq, people)
    return message


def announce(message: Message, room: Room, people: Sequence[int] | None) -> None:
    """An edit, a removal or a restoring, with the rows of what replies to it. One query."""
    if replies.follow(Message.objects.filter(pk=message.pk), message.version):
        events.messages_changed(room, message.version, people)
    else:
        events.message_changed(message, room, people)


def _why_not_now(author: Membership) -> str:
    """What keeps the author of a held message from writing, as a moderator is told."""
    name = {"name": author.user.name}
    if not author.joined:
        return _("%(name)s is not in this room any more.") % name
    if author.is_muted:
        return _("%(name)s is muted here. It goes on waiting.") % name
    return _("%(name)s may not write here at the moment. It goes on waiting.") % name


def as_now(member: Membership, message: Message) -> tuple[Message, Membership, Membership | None]:
    """The message, who asks and its author as they are now, under the room's lock."""
    found = Message.objects.select_related("author", "reply_to__author").filter(pk=message.pk)
    current = found.first()
    if current is None:
        raise Refused(str(Purged.sentence))
    room = Room.objects.get(pk=member.room_id)
    current.room = room
    if current.author is None or current.author_id == member.user_id:
        (me,) = Membership.objects.now(room, member.user)
        return current, me, me if current.author else None
    me, author = Membership.objects.now(room, member.user, current.author)
    return current, me, author


def record(verb: str, me: Membership, message: Message, reason: str) -> None:
    audit.record(
        by=me.user,
        verb=verb,
        area=me.room.area,
        target=message.author,
        subject=f"message {message.seq}",
        reason=reason,
    )
