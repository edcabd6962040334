"""Whom a message speaks to: found when it is written, kept while it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from accounts.names import skeleton
from rooms import markup
from rooms.models import Membership, Mention, Message, Role, Room
from rooms.models.mentions import in_a_while

EVERYBODY = "room"

# One query, however many are in the room.
TELL_EVERYBODY = """
INSERT INTO rooms_mention (message_id, room_id, user_id, seq, due_at)
SELECT %s, room_id, user_id, %s, %s FROM rooms_membership WHERE room_id = %s AND user_id <> %s
ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Called:
    """Whom a text may speak to: `names` maps each name as it may be typed to how it is shown.

    `people` maps the shown names to primary keys, `unreached` are those who cannot read the room.
    """

    names: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
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
    for user in asked.annotate(role=Subquery(roles)):
        writer = Membership(room=room, user=user, role=user.role or Role.READER)
        if EVERYBODY in typed and user.pk == author.pk and writer.may_call_everybody:
            found.names[EVERYBODY] = EVERYBODY
        if (name := user.username.casefold()) not in typed:
            continue
        if user.role or not room.is_private:
            found.names[name] = user.username
            found.people[user.username] = user.pk
        else:
            found.unreached.append(user.username)
    return found


def keep(message: Message, called: Called) -> Sequence[int] | None:
    """Store whom a message speaks to, in its transaction; who that is (None: everybody).

    No query for a message that speaks to nobody, one or two for others. Its author is not told.
    """
    shown = markup.named(message.html)
    people = sorted({called.people[name] for name in shown if name in called.people})
    people = [pk for pk in people if pk != message.author_id]
    if EVERYBODY in shown:
        with connection.cursor() as cursor:
            due_at = connection.ops.adapt_datetimefield_value(in_a_while())
            values = (message.pk, message.seq, due_at, message.room_id, message.author_id)
            cursor.execute(TELL_EVERYBODY, values)
    Mention.objects.bulk_create(
        (
            Mention(message=message, room_id=message.room_id, user_id=pk, seq=message.seq)
            for pk in people
        ),
        ignore_conflicts=True,
    )
    return None if EVERYBODY in shown else people


def renew(message: Message, called: Called) -> Sequence[int] | None:
    """The same for a message that was changed; who was or is spoken to (None: everybody)."""
    before = drop(message)
    now = keep(message, called)
    return None if now is None else sorted({*before, *now})


def drop(message: Message) -> Sequence[int]:
    """A message that was changed or removed speaks to nobody any more; who that was."""
    mentions = Mention.objects.filter(message=message.pk)
    people = list(mentions.values_list("user_id", flat=True))
    if people:
        mentions.delete()
    return people


def drop_at(room: Room, version: int) -> Sequence[int]:
    """The same for all messages of a room that were removed at once, with this version."""
    mentions = Mention.objects.filter(message__room=room.pk, message__version=version)
    people = list(mentions.order_by().values_list("user_id", flat=True).distinct())
    if people:
        mentions.delete()
    return people
