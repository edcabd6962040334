"""What a message replies to: whom that tells, and the rows that show it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Block, User
from rooms.errors import Refused
from rooms.models import Held, Membership, Message, Room, Sanction


@dataclass(frozen=True, slots=True)
class Original:
    """A message that is replied to; its author where a reply tells them, who may be `outside`:
    reading the room without having joined it."""

    message: Message
    told: int | None
    outside: bool


def replied_to(room: Room, seq: int, author: User) -> Original:
    """What `author` replies to, under the room's lock. One query.

    Raises Refused for what is not there, or not any more.
    """
    found = _find(author.pk, room=room.pk, seq=seq)
    if found is None or found.message.is_removed:
        raise Refused(
            _("The message that you reply to is not there any more. Send yours as one of its own.")
        )
    return found


def kept(message: Message | Held) -> Original | None:
    """What a message that was written before replies to. One query for a reply, else none."""
    return _find(message.author_id, pk=message.reply_to_id) if message.reply_to_id else None


def is_same(stored: Message | Held, seq: int | None) -> bool:
    """Whether what is stored replies to `seq` (None: to nothing), as far as that is kept."""
    before = stored.reply_to.seq if stored.reply_to else None
    if before == seq:
        return True
    if before is not None or seq is None:
        return False
    return not Message.objects.filter(room=stored.room_id, seq=seq).exists()


def follow(messages: QuerySet[Message], version: int) -> bool:
    """These messages changed with `version` of their room: so do the rows of the replies to them,
    whether there are any. Under the room's lock; one query."""
    replies = Message.objects.filter(reply_to__in=messages.order_by().values("pk"))
    return bool(replies.filter(removed_at=None).update(version=version))


def _find(author_pk: int | None, **which: Any) -> Original | None:
    here = Membership.objects.filter(room=OuterRef("room"), user=OuterRef("author"))
    deaf = Block.objects.filter(by=OuterRef("author"), person=author_pk)
    bans = Sanction.objects.bans().filter(room=OuterRef("room"), person=OuterRef("author"))
    asked = Message.objects.select_related("author", "room").filter(**which)
    asked = asked.annotate(is_in=Exists(here), is_deaf=Exists(deaf), is_out=Exists(bans))
    found = next(iter(asked[:1]), None)
    if found is None:
        return None
    writer: Any = found
    to = found.author
    is_told = to is not None and to.is_active and to.pk != author_pk and not writer.is_deaf
    reads = writer.is_in or not (found.room.is_private or writer.is_out)
    told = found.author_id if is_told and reads else None
    return Original(found, told, told is not None and not writer.is_in)
