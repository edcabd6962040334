"""Who is in a room, and what they may do there."""

import math
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import FOREVER, User
from rooms.models.rooms import Posting, Room

if TYPE_CHECKING:
    from rooms.models.messages import Message


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MODERATOR = "moderator", "Moderator"
    MEMBER = "member", "Member"
    READER = "reader", "Reader"


# From the lowest; the site's staff stand above a room's owners.
RANKS = (Role.READER, Role.MEMBER, Role.MODERATOR, Role.OWNER)
STAFF = len(RANKS)
DECIDING = (
    "pk",
    "role",
    "draft",
    "muted_until",
    "last_posted_at",
    "user__is_active",
    "user__suspended_until",
    "user__is_staff",
    "user__is_superuser",
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_sidebar(self, user_pk: int) -> "MembershipQuerySet":
        """This person's rooms, by name, at most 100, in one query."""
        mine = self.filter(user=user_pk, room__archived_at=None).select_related("room")
        return mine.order_by("room__name", "pk").defer("draft")[:100]

    def posting(self, room: Room, author: User) -> "Membership":
        """What decides whether `author` may post, read without making a model of the person.

        One query. Whether somebody is active and of the staff is the database's to say.
        """
        found = self.filter(room=room.pk, user=author).values_list(*DECIDING).first()
        if found is None:
            return Membership(room=room, user=author, role=Role.READER)
        *own, author.is_active, author.suspended_until, author.is_staff, author.is_superuser = found
        return Membership(room=room, user=author, **dict(zip(DECIDING, own, strict=False)))

    def listed(self) -> "MembershipQuerySet":
        """A room's people, owners first, each with the person, in one query."""
        people = self.select_related("user").order_by("-role", "user__username")
        return people.defer("draft")

    def now(self, room: Room, *people: User) -> "list[Membership]":
        """What each of these is to the room at this moment; meant for inside its lock. One query.

        Somebody who has not joined, or not any more, is a reader.
        """
        members = self.select_related("user").defer("draft")
        members = members.filter(room=room.pk, user__in=people)
        found = {member.user_id: member for member in members}
        standing = [found.get(p.pk) or Membership(room=room, user=p, role="reader") for p in people]
        for member in standing:
            member.room = room
        return standing


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
    muted_until = models.DateTimeField(null=True, editable=False)
    last_posted_at = models.DateTimeField(null=True, editable=False)

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
    def rank(self) -> int:
        """0 for a reader, 1 member, 2 moderator, 3 owner, 4 for the site's staff."""
        return STAFF if self.user.is_in_charge else RANKS.index(Role(self.role))

    @property
    def may_join(self) -> bool:
        return not self.joined and not self.room.is_private and not self.room.is_archived

    @property
    def may_moderate(self) -> bool:
        """Remove what others said, mute, ban, kick; set the room's modes; read its log."""
        return self.rank >= RANKS.index(Role.MODERATOR)

    @property
    def may_manage(self) -> bool:
        """Rename, add and remove people, say who moderates."""
        return self.rank >= RANKS.index(Role.OWNER)

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    @property
    def may_post(self) -> bool:
        return not self.obstacle

    @property
    def obstacle(self) -> str:
        """Why this person may not write in the room now, as a sentence, or ""."""
        if not self.user.is_welcome:
            return "Your account may not write here."
        if self.room.is_archived:
            return "This room is archived: it can be read, and nobody writes in it."
        if not self.joined:
            return "Join this room to write in it."
        if self.muted_until is not None and self.is_muted:
            return f"You are muted here {until(self.muted_until)}."
        if self.room.posting == Posting.NOBODY:
            return "This room is closed for writing at the moment."
        if self.room.posting == Posting.MODERATORS and not self.may_moderate:
            return "Only moderators write in this room."
        return ""

    @property
    def wait(self) -> int:
        """The seconds, rounded up, until slow mode lets this person say the next thing."""
        if not self.room.slow_mode or self.last_posted_at is None or self.may_moderate:
            return 0
        passed = (timezone.now() - self.last_posted_at).total_seconds()
        return max(0, math.ceil(self.room.slow_mode - passed))

    def may_act_on(self, other: "Membership") -> bool:
        """Whether this person moderates and the other stands lower: never an equal, nor oneself."""
        return self.may_moderate and self.rank > other.rank and self.user_id != other.user_id

    def may_change(self, message: "Message") -> bool:
        """Edit this message: one's own, while one may write, and while it stands."""
        mine = message.author_id == self.user_id
        return mine and not message.is_removed and self.may_post

    def may_remove(self, message: "Message", author: "Membership | None") -> bool:
        """Take it away: one's own, or that of somebody lower; `author` is None for one who left.

        A moderator does so in an archived room as well: what is found there is read.
        """
        if message.is_removed:
            return False
        if message.author_id == self.user_id:
            return self.joined and not self.room.is_archived
        return self.may_moderate if author is None else self.may_act_on(author)

    def may_restore(self, message: "Message", author: "Membership | None") -> bool:
        """Bring it back: what a moderator removed of somebody lower, never what was one's own."""
        if not self.may_moderate or not message.is_removed or not message.text:
            return False
        if message.author_id == self.user_id or message.removed_by_id == message.author_id:
            return False
        return author is None or self.may_act_on(author)

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


def until(end: datetime) -> str:
    """“until 14:05”, with the day where that is another one, or “for ever”."""
    if end >= FOREVER:
        return "for ever"
    local = timezone.localtime(end)
    today = local.date() == timezone.localdate()
    return "until " + date_format(local, "H:i" if today else "j F Y, H:i")
