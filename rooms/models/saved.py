"""What people keep for later."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import User
from rooms.models.messages import Message
from rooms.models.rooms import Room


class SavedQuerySet(models.QuerySet["Saved"]):
    def readable_by(self, user: User) -> "SavedQuerySet":
        """Without those in rooms that this person may not read any more."""
        rooms = Room.objects.readable_by(user).filter(pk=OuterRef("message__room"))
        return self.filter(Exists(rooms))

    def listed(self, before: int | None, count: int) -> "SavedQuerySet":
        """The last saved before `before` (None: the last), newest first. One query."""
        older = self if before is None else self.filter(pk__lt=before)
        return older.select_related(
            "message__room", "message__author", "message__reply_to__author"
        ).order_by("-pk")[:count]


class Saved(models.Model):
    """A message that a person keeps for later, with a note for nobody else's eyes.

    It stays when the person leaves the room, and shows again when they may read it again.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved", db_index=False
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="saved")
    note = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = SavedQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "message"], name="saved_once"),)
        indexes = (models.Index(fields=["user", "id"], name="saved_user"),)

    def __str__(self) -> str:
        return f"{self.user} keeps {self.message}"
