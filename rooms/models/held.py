"""What somebody said that waits for a moderator."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rooms.models.members import Membership
from rooms.models.rooms import Room

PER_PAGE = 50


class Why(models.TextChoices):
    WORD = "word", _("A word that is looked at first")
    NEW = "new", _("One of this person's first messages here")


class Decision(models.TextChoices):
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Taken back")


class HeldQuerySet(models.QuerySet["Held"]):
    def waiting(self) -> "HeldQuerySet":
        return self.filter(decision="")

    def listed(self, after: int = 0) -> "list[Held]":
        """The longest waiting first, one more than a page, each with its author and files. Two
        queries."""
        found = self.filter(pk__gt=after).select_related("author").prefetch_related("attachments")
        return list(found.order_by("pk")[: PER_PAGE + 1])

    def stamps(self, room_pks: Iterable[int]) -> dict[int, str]:
        """For each of these rooms in which something waits what is another one whenever that is
        something else. One query."""
        waiting = self.waiting().filter(room__in=set(room_pks)).order_by().values("room")
        found: Any = waiting.annotate(count=Count("pk"), keys=Sum("pk"))
        return {row["room"]: f"{row['count']}.{row['keys']}" for row in found}

    def count_anew(self, room_pk: int, author_pk: int) -> None:
        """What waits in a room, and there of one person, as both rows say it; under the room's
        lock. Two queries."""
        waiting = self.waiting().order_by()
        in_room = waiting.filter(room=OuterRef("pk")).values("room").annotate(n=Count("pk"))
        Room.objects.filter(pk=room_pk).update(
            held_count=Coalesce(Subquery(in_room.values("n")), 0)
        )
        own = waiting.filter(room=OuterRef("room"), author=OuterRef("user"))
        Membership.objects.filter(room=room_pk, user=author_pk).update(
            held_count=Coalesce(Subquery(own.values("room").annotate(n=Count("pk")).values("n")), 0)
        )


class Held(models.Model):
    """A message that is not in the room until a moderator lets it in: then it is posted in its
    author's name, and is a message like any other.

    It keeps its nonce, so that sending it again neither holds it twice nor posts it twice. What
    was decided stays for a month, so that its author can read why; the text only where it was
    rejected. `Room.held_count` and `Membership.held_count` repeat how many wait.
    """

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="held", db_index=False, verbose_name=_("room")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="held",
        verbose_name=_("author"),
    )
    nonce = models.CharField(max_length=64, null=True)  # noqa: DJ001  (several without one)
    reply_to = models.ForeignKey(
        "rooms.Message", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(_("text"))
    why = models.CharField(_("why"), max_length=10, choices=Why)
    word = models.CharField(_("word"), max_length=100, blank=True)
    made_at = models.DateTimeField(_("written"), default=timezone.now)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=250, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("held message"), _("held messages")
        constraints = (
            models.UniqueConstraint(fields=["author", "room", "nonce"], name="held_nonce_once"),
        )
        indexes = (
            models.Index(fields=["room", "id"], condition=Q(decision=""), name="held_waiting"),
            models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="held_decided"
            ),
        )

    def __str__(self) -> str:
        """For Django's admin, which reads both with it."""
        return gettext("%(name)s in %(room)s") % {"name": self.author, "room": self.room}
