"""What the site tells one person, until they have read it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

PAGE = 30


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def page(self, before: int | None = None, count: int = PAGE) -> list["Notice"]:
        """The newest `count`, or those before one, newest first. One query, a keyset."""
        older = self if before is None else self.filter(pk__lt=before)
        return list(older.order_by("-pk")[:count])


class Notice(models.Model):
    """One sentence to one person; `address` is where they can answer or look, or "".

    It says what became of something, never who asked for it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    text = models.CharField(max_length=800)
    address = models.CharField(max_length=250, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["user", "id"], name="notice_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
        )

    def __str__(self) -> str:
        return self.text
