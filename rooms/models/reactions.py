"""What people said to a message with one sign."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import Block
from rooms.models.messages import Message


class ReactionQuerySet(models.QuerySet["Reaction"]):
    def seen_by(self, user_pk: int) -> "ReactionQuerySet":
        """Those of others that this person is told of: not of people whom the person blocks."""
        blocked = Block.objects.filter(by=user_pk, person=OuterRef("user"))
        return self.exclude(user=user_pk).exclude(Exists(blocked))


class Reaction(models.Model):
    """One emoji of one person on one message; `Message.reactions` repeats all of them, for rows."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reacted", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reactions"
    )
    emoji = models.CharField(max_length=20)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["message", "user", "emoji"], name="reaction_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} on {self.message_id}: {self.emoji}"
