"""Who is in a room, and what they may do there."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from rooms.models.mentions import Mention
from rooms.models.rooms import Room

if TYPE_CHECKING:
    from rooms.models.messages import Message


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    MEMBER = "member", "Member"
    READER = "reader", "Reader"


class Attention(models.TextChoices):
    EVERYTHING = "everything", "Everything: each new message is counted and called out"
    MENTIONS = "mentions", "Mentions: new messages are counted quietly, mentions called out"
    NOTHING = "nothing", "Nothing: new messages are counted quietly, mentions not called out"
    HIDDEN = "hidden", "Hidden: the room leaves my sidebar, and nothing of it is counted"


# A post asks who writes, moves the writer's own mark and ends the draft, all in one.
TAKE_PART = """
UPDATE rooms_membership SET
    last_read_seq = CASE WHEN last_read_seq = %s THEN %s ELSE last_read_seq END,
    draft = ''
WHERE room_id = %s AND user_id = %s AND EXISTS (
    SELECT 1 FROM accounts_user AS person WHERE person.id = user_id AND person.is_active
    AND (person.suspended_until IS NULL OR person.suspended_until <= %s)
)
RETURNING *
"""

# Both databases call the columns of VALUES so.
SEE = """
UPDATE rooms_membership SET last_read_seq =
    CASE WHEN seen.column3 < rooms_room.last_seq THEN seen.column3 ELSE rooms_room.last_seq END
FROM (VALUES {values}) AS seen JOIN rooms_room ON rooms_room.id = seen.column1
WHERE rooms_membership.room_id = seen.column1 AND rooms_membership.user_id = seen.column2
    AND rooms_membership.last_read_seq < seen.column3
    AND rooms_membership.last_read_seq < rooms_room.last_seq
RETURNING rooms_membership.room_id, rooms_membership.user_id, rooms_membership.last_read_seq
"""

type Seen = tuple[int, int, int]  # room, person, seq


class MembershipQuerySet(models.QuerySet["Membership"]):
    def for_sidebar(self, user_pk: int) -> "MembershipQuerySet":
        """This person's rooms but for hidden ones, at most 100, in one query.

        The newest first, so that what is left out beyond a hundred is what nobody wrote in.
        """
        mine = self.filter(user=user_pk).exclude(attention=Attention.HIDDEN)
        newest = F("room__last_posted_at").desc(nulls_last=True)
        return mine.counted().order_by(newest, "pk")[:100]

    def counted(self) -> "MembershipQuerySet":
        """Each with its room and with `mentions`, how many of the person are unread there."""
        unread = Mention.objects.filter(
            user=OuterRef("user"), room=OuterRef("room"), seq__gt=OuterRef("last_read_seq")
        )
        found = unread.order_by().values("user").annotate(count=Count("pk")).values("count")
        return (
            self.select_related("room")
            .defer("draft")
            .annotate(mentions=Coalesce(Subquery(found), 0))
        )

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
    attention = models.CharField(max_length=10, choices=Attention, default=Attention.EVERYTHING)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    draft = models.TextField(blank=True, default="")
    joined_at = models.DateTimeField(default=timezone.now)
    feed_key = models.CharField(max_length=43, null=True, unique=True, editable=False)  # noqa: DJ001

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

    @property
    def may_call_everybody(self) -> bool:
        """Speak to all members of the room at once, by @room."""
        return self.role == Role.OWNER

    def may_change(self, message: "Message") -> bool:
        """Edit or remove this message: one's own, while in the room, and while it stands."""
        return self.joined and message.author_id == self.user_id and not message.is_removed

    @property
    def unread(self) -> int:
        """How many messages stand behind the read mark; one's own move it where none does."""
        return max(0, self.room.last_seq - self.last_read_seq)

    @classmethod
    def taking_part(cls, room_pk: int, user_pk: int, seq: int) -> "Membership | None":
        """The membership of whoever writes the message `seq`, if welcome now, in one query.

        Whoever had read all before it has read it too; a draft has become a message.
        """
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        values = (seq - 1, seq, room_pk, user_pk, now)
        return next(iter(cls.objects.raw(TAKE_PART, values)), None)

    @classmethod
    def see(cls, seen: list[Seen]) -> list[Seen]:
        """Move these read marks on, never back nor beyond the end; those that moved. One query."""
        values = ", ".join(["(%s, %s, %s)"] * len(seen))
        with connection.cursor() as cursor:
            cursor.execute(SEE.format(values=values), [n for one in seen for n in one])
            return list(cursor.fetchall())
