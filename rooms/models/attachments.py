"""Files and pictures that belong to a message."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from rooms.models.files import File
from rooms.models.held import Held
from rooms.models.messages import Message

LEAST = 4096  # bytes
ALT = 250


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def unclaimed(self) -> "AttachmentQuerySet":
        """Those of no message: not yet, or not any more."""
        return self.filter(message=None, held=None)

    def claim(
        self,
        files: "Sequence[Attachment]",
        *,
        message: Message | None = None,
        held: Held | None = None,
    ) -> None:
        """They are this message's, or this held one's, from now on, with what may be said of them.
        One query."""
        for each in files:
            each.message, each.held = message, held
        self.bulk_update(files, ["message", "held", "alt"])

    def bytes(self) -> int:
        """What they take, each at least what a disk takes for one."""
        each = Greatest("size", LEAST, output_field=models.BigIntegerField())
        total: int | None = self.aggregate(total=Sum(each))["total"]
        return total or 0

    def brought_by(self, author_pk: int, since: datetime) -> "AttachmentQuerySet":
        return self.filter(author=author_pk, made_at__gt=since)


def new_key() -> str:
    return secrets.token_hex(16)


class Attachment(models.Model):
    """A file of a message, or of one that waits for a moderator.

    The row is there before the file and goes after it, so that no file is ever without one: what
    belongs to no message, and is no upload under way, is deleted by the worker. Whatever deletes a
    message, of whatever kind, makes its files such. `key` is random, and all that an address or a
    path on disk says of it. `type` is what was found in it, never what was said of it.
    """

    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="attachments"
    )
    held = models.ForeignKey(Held, null=True, on_delete=models.SET_NULL, related_name="attachments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
        db_index=False,
    )
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    moves = models.BooleanField(default=False)
    alt = models.CharField(max_length=ALT, blank=True, default="", db_default="")
    made_at = models.DateTimeField(default=timezone.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["author", "made_at"], name="attachment_author"),
            models.Index(
                fields=["made_at"], condition=Q(message=None, held=None), name="attachment_none"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> File:
        return File._make(getattr(self, name) for name in File._fields)

    @property
    def path(self) -> str:
        """Where it lies in the storage."""
        return self.file.path

    @property
    def preview_path(self) -> str:
        return f"{self.path}.preview"
