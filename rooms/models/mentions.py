"""Whom a message speaks to."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from rooms.models.messages import Message
from rooms.models.rooms import Kind, Room

if TYPE_CHECKING:
    from accounts.models import User

PER_PAGE = 50


class MentionQuerySet(models.QuerySet["Mention"]):
    def inbox(self, user: "User", before: int | None = None) -> "MentionQuerySet":
        """The latest mentions of a person in rooms that the person may read, before one of them.

        One query, with all that a page shows of them.
        """
        readable = Q(room__kind=Kind.PUBLIC) | Q(room__in=user.memberships.values("room"))
        mine = self.filter(readable, user=user)
        older = mine if before is None else mine.filter(pk__lt=before)
        return older.select_related("message__author", "message__room").order_by("-pk")[
            : PER_PAGE + 1
        ]


class Mention(models.Model):
    """A person named in a message that stands; `room` and `seq` are the message's, for counting.

    A removed message mentions nobody, and an edited one those whom it names now.
    """

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    seq = models.PositiveBigIntegerField()

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "user"], name="mention_once"),)
        indexes = (
            models.Index(fields=["user", "room", "seq"], name="mention_user_room_seq"),
            models.Index(fields=["user", "id"], name="mention_user_id"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}:{self.seq}"
