"""Who is in a room, and what they may do there."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from rooms.models.rooms import Room

if TYPE_CHECKING:
    from rooms.models.messages import Message


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
    READER = "reader", "Reader"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_sidebar(self, user_pk: int) -> "MembershipQuerySet":
        """This person's rooms, by name, at most 100, in one query."""
        return (
            self.filter(user=user_pk)
            .select_related("room")
            .order_by("room__name", "pk")
            .defer("draft")[:100]
        )

    def welcome(self) -> "MembershipQuerySet":
        """Of people whose accounts may be used now."""
        return self.filter(user__is_active=True).exclude(user__suspended_until__gt=timezone.now())

    def listed(self) -> "MembershipQuerySet":
        """A room's people, owners first, each with the person, in one query."""
        people = self.select_related("user").order_by("-role", "user__username")
        return people.defer("draft")


class Membership(models.Model):
    """A person in a room. What somebody may do there is asked here and nowhere else.

    A reader of a public room who has not joined has an unsaved membership with `Role.READER`.
    """

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_index=False,
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    draft = models.TextField(blank=True, default="")
    joined_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["room", "user"], name="member_once"),)
        indexes = (models.Index(fields=["user", "room"], name="member_user_room"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.room} ({self.role})"

    @property
    def joined(self) -> bool:
        return self.role != Role.READER

    @property
    def may_post(self) -> bool:
        return self.joined

    @property
    def may_join(self) -> bool:
        return not self.joined and not self.room.is_private

    @property
    def may_manage(self) -> bool:
        """Rename, change the topic, add and remove people."""
        return self.role == Role.OWNER

    def may_change(self, message: "Message") -> bool:
        """Edit or remove this message: one's own, while in the room, and while it stands."""
        return self.joined and message.author_id == self.user_id and not message.is_removed

    @property
    def has_unread(self) -> bool:
        """Whether somebody else had the last word, and this person has not read it."""
        room = self.room
        return self.last_read_seq < room.last_seq and room.last_author_id != self.user_id

    def read_up_to(self, seq: int) -> bool:
        """Move the read mark on, never back nor beyond the end; whether it moved. One query."""
        seq = min(seq, self.room.last_seq)
        behind = Membership.objects.filter(pk=self.pk, last_read_seq__lt=seq)
        return bool(behind.update(last_read_seq=seq))
