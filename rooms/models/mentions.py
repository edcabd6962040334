"""Whom a message speaks to."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Block
from rooms.models.letters import Letter
from rooms.models.messages import Message
from rooms.models.reactions import Reaction
from rooms.models.rooms import Kind, Room, banned_from

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50

# Both databases call the columns of VALUES so.
SEE_OUTSIDE = """
UPDATE rooms_mention SET outside = FALSE FROM (VALUES {values}) AS seen
WHERE rooms_mention.outside AND rooms_mention.room_id = seen.column1
    AND rooms_mention.user_id = seen.column2 AND rooms_mention.seq <= seen.column3
RETURNING rooms_mention.user_id
"""

PATIENCE = timedelta(minutes=5)  # for it to be read before it is told by mail


def in_a_while() -> datetime:
    return timezone.now() + PATIENCE


class Sort(models.TextChoices):
    MENTION = "mention", _("Mentions")
    REPLY = "reply", _("Replies")
    REACTION = "reaction", _("Reactions")


class MentionQuerySet(models.QuerySet["Mention"]):
    def inbox(self, user: "User", before: int | None = None, sort: str = "") -> "MentionQuerySet":
        """The latest that speaks to a person, of one `sort` or of all, before one of them.

        In rooms that the person may read, without what was said in conversations, which would
        fill it, and without reactions of people whom the person blocks alone. One query, with all
        that a page shows of them but the reactions.
        """
        mine = Q(room__kind=Kind.PRIVATE, room__in=user.memberships.values("room"))
        readable = Q(room__kind=Kind.PUBLIC) | mine
        found = self.filter(readable, user=user, direct=False).exclude(room__in=banned_from(user))
        found = found.filter(sort=sort) if sort else found
        theirs = Reaction.objects.seen_by(user.pk).filter(message=OuterRef("message"))
        stands = ~Q(sort=Sort.REACTION) | (Q(message__removed_at=None) & Exists(theirs))
        found = found.filter(stands)
        older = found if before is None else found.filter(pk__lt=before)
        return older.select_related("message__author", "message__room").order_by("-pk")[
            : PER_PAGE + 1
        ]

    def unread(self) -> "MentionQuerySet":
        """Those that their people have not read, and want to hear of: as members, and from
        whoever wrote."""
        blocked = Block.objects.filter(by=OuterRef("user"), person=OuterRef("message__author"))
        behind = self.filter(
            room__memberships__user=F("user"),
            room__memberships__last_read_seq__lt=F("seq"),
            room__memberships__attention__in=("everything", "mentions"),
        )
        unread = self.calling().filter(Q(outside=True) | Q(pk__in=behind.order_by().values("pk")))
        return unread.exclude(Exists(blocked))

    def calling(self) -> "MentionQuerySet":
        """Those that ask for their people: reactions do not."""
        return self.exclude(sort=Sort.REACTION)

    def outside(self, user_pk: int) -> "MentionQuerySet":
        """Those of rooms that this person has not joined, and not seen there."""
        return self.filter(user=user_pk, outside=True)


class Mention(models.Model):
    """A person whom a message that stands speaks to; `room` and `seq` are its own, for counting.

    By its `sort` the person is named in it, or wrote what it replies to (and may be named as well);
    or wrote it, and others reacted to it: made anew with each reaction, never counted nor told by
    mail. A removed message mentions nobody, and an edited one those whom it names now. From
    `due_at` on it may be told by mail, if it was not read; None once that was seen to. Members
    have a read mark; `outside` stands for it where the person has not joined the room: not seen
    there yet. All that is said in a conversation of two is a `direct` one, which the inbox does
    not list.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    sort = models.CharField(max_length=10, choices=Sort, default=Sort.MENTION)
    seq = models.PositiveBigIntegerField()
    outside = models.BooleanField(default=False)
    direct = models.BooleanField(default=False, db_default=False)
    due_at = models.DateTimeField(null=True, default=in_a_while)
    letter = models.ForeignKey(
        Letter, null=True, on_delete=models.SET_NULL, related_name="mentions"
    )

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "user"], name="mention_once"),)
        indexes = (
            models.Index(fields=["user", "room", "seq"], name="mention_user_room_seq"),
            models.Index(fields=["user", "id"], condition=Q(direct=False), name="mention_inbox"),
            models.Index(
                fields=["user", "sort", "id"], condition=Q(direct=False), name="mention_sorted"
            ),
            models.Index(fields=["user"], condition=Q(outside=True), name="mention_outside"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="mention_due"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}:{self.seq}"
