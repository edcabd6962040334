"""Whom a message speaks to: found when it is written, kept while it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.models import Block, User
from accounts.names import skeleton
from rooms import markup
from rooms.actions.replies import Original
from rooms.models import Membership, Mention, Message, Role, Room, Sanction
from rooms.models.members import Seen
from rooms.models.mentions import SEE_OUTSIDE, MentionQuerySet, Sort, in_a_while
from rooms.realtime import events

EVERYBODY = "room"

# One query, however many are in the room.
TELL_EVERYBODY = """
INSERT INTO rooms_mention (message_id, room_id, user_id, sort, seq, outside, due_at)
SELECT %s, room_id, user_id, %s, %s, FALSE, %s FROM rooms_membership
WHERE room_id = %s AND user_id <> %s
    AND user_id NOT IN (SELECT by_id FROM accounts_block WHERE person_id = %s)
ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Called:
    """Whom a text may speak to: `names` maps each name as it may be typed to how it is shown.

    `people` maps the shown names to primary keys, without those who block the author; `outside`
    are those of them who have not joined the room, `unreached` those who cannot read it.
    """

    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    outside: set[int] = field(default_factory=set)
    unreached: list[str] = field(default_factory=list)


def called(text: str, room: Room, author: User | None) -> Called:
    """Whom `text` may speak to in `room`. One query where an @ stands before a name, else none."""
    found = Called()
    typed = markup.candidates(text)
    if author is None or not typed:
        return found
    roles = Membership.objects.filter(room=room.pk, user=OuterRef("pk")).values("role")
    keys = {skeleton(name) for name in typed}
    asked = User.objects.filter(Q(username_key__in=keys, is_active=True) | Q(pk=author.pk))
    calling = Subquery(Room.objects.filter(pk=room.pk).values("calling"))
    deaf = Exists(Block.objects.filter(by=OuterRef("pk"), person=author.pk))
    for user in asked.annotate(role=Subquery(roles), calling=calling, is_deaf=deaf):
        room.calling = user.calling or room.calling  # as it is now, whatever was known
        writer = Membership(room=room, user=user, role=user.role or Role.READER)
        if EVERYBODY in typed and user.pk == author.pk and writer.may_call_everybody:
            found.names[EVERYBODY] = EVERYBODY
        if (name := user.username.casefold()) not in typed:
            continue
        if user.role or not room.is_private:
            found.names[name] = user.username
            if user.is_deaf:
                continue
            found.people[user.username] = user.pk
            if not user.role:
                found.outside.add(user.pk)
        else:
            found.unreached.append(user.username)
    return found


def keep(
    message: Message,
    called: Called,
    other: int | None = None,
    original: Original | None = None,
) -> Sequence[int] | None:
    """Store whom a message speaks to, in its transaction; who that is (None: everybody).

    In a conversation all that is said speaks to the `other` one. Whoever wrote the `original` that
    it replies to is told once, named in it or not. No query for a message that speaks to nobody,
    one or two for others, and one more where it names somebody who has not joined. Its author is
    not told, nor who blocks the author.
    """
    shown = markup.named(message.html)
    named = {called.people[name] for name in shown if name in called.people}
    outside = _outside(message.room_id, called.outside & named)
    replied = original.told if original else None
    if original and original.outside and replied:
        outside.add(replied)
    people = sorted({*named, *(pk for pk in (other, replied) if pk)} - {message.author_id})
    Mention.objects.bulk_create(
        (
            Mention(
                message=message,
                room_id=message.room_id,
                user_id=pk,
                sort=Sort.REPLY if pk == replied else Sort.MENTION,
                seq=message.seq,
                outside=pk in outside,
                direct=other is not None,
            )
            for pk in people
        ),
        ignore_conflicts=True,
    )
    if EVERYBODY in shown:
        _tell_everybody(message)
    for pk in sorted(outside):
        events.rooms_changed(pk)
    return None if EVERYBODY in shown else people


def renew(
    message: Message, called: Called, original: Original | None = None
) -> Sequence[int] | None:
    """The same for a message that was changed; who was or is spoken to (None: everybody)."""
    before = drop(message)
    now = keep(message, called, original=original)
    return None if now is None else sorted({*before, *now})


def react(message: Message, by: User, is_new: bool) -> Sequence[int]:
    """Others' reactions stand in the list of the message's author, the latest first; whose list
    changed. Up to three queries; none for reactions to one's own."""
    author = message.author_id
    if author is None or author == by.pk:
        return ()
    entry = Mention.objects.filter(message=message.pk, user=author)
    if is_new and not Block.objects.filter(by=author, person=by.pk).exists():
        entry.delete()
        Mention.objects.create(
            message=message,
            room_id=message.room_id,
            user_id=author,
            sort=Sort.REACTION,
            seq=message.seq,
            direct=message.room.is_direct,
            due_at=None,
        )
    return (author,)


def drop(message: Message) -> Sequence[int]:
    """A message that was changed or removed speaks to nobody any more; who that was."""
    return _drop(Mention.objects.filter(message=message.pk))


def drop_at(room: Room, version: int) -> Sequence[int]:
    """The same for all messages of a room that were removed at once, with this version."""
    return _drop(Mention.objects.filter(message__room=room.pk, message__version=version))


def show(*, member: Membership, seq: int) -> None:
    """A page of somebody who has not joined shows the room up to `seq`. One query, seldom two."""
    if Mention.objects.outside(member.user_id).exists():
        see([(member.room_id, member.user_id, seq)])


def see(seen: list[Seen]) -> None:
    """Pages of people who have not joined have shown these rooms up to there. One query."""
    values = ", ".join(["(%s, %s, %s)"] * len(seen))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SEE_OUTSIDE.format(values=values), [n for one in seen for n in one])
        for user_pk in sorted({pk for (pk,) in cursor.fetchall()}):
            events.rooms_changed(user_pk)


def put_by(user: User, room_pk: int | None = None) -> None:
    """What was said to this person outside of rooms joined (or in this one) waits no more."""
    waiting = Mention.objects.outside(user.pk)
    if room_pk is not None:
        waiting = waiting.filter(room=room_pk)
    with transaction.atomic():
        if waiting.update(outside=False):
            events.rooms_changed(user.pk)


def _tell_everybody(message: Message) -> None:
    """All members whom the message does not speak to by name or as a reply."""
    due_at = connection.ops.adapt_datetimefield_value(in_a_while())
    here, author = message.room_id, message.author_id
    with connection.cursor() as cursor:
        values = (message.pk, Sort.MENTION.value, message.seq, due_at, here, author, author)
        cursor.execute(TELL_EVERYBODY, values)


def _outside(room_pk: int, people: set[int]) -> set[int]:
    """Those of these who read the room without being in it, under its lock, as joining is."""
    if not people:
        return people
    members = Membership.objects.filter(room=room_pk, user__in=people)
    bans = Sanction.objects.bans().filter(room=room_pk, person__in=people)
    in_or_out = members.order_by().values_list("user_id").union(bans.values_list("person_id"))
    return people - {pk for (pk,) in in_or_out}


def _drop(mentions: MentionQuerySet) -> Sequence[int]:
    """What others' reactions tell its author waits for the message to stand again."""
    found = set(mentions.order_by().values_list("user_id", "outside"))
    if found:
        mentions.calling().delete()
    for user_pk in sorted(pk for pk, outside in found if outside):
        events.rooms_changed(user_pk)
    return sorted({pk for pk, _ in found})
