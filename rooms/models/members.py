"""Who is in a room, and what they may do there."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import FOREVER, Notice, User
from rooms.durations import until
from rooms.models.conversations import SILENCE, name_of, silence
from rooms.models.mentions import Mention
from rooms.models.pace import REPEAT_WITHIN, left, pause_after, said_key
from rooms.models.roles import LEAST, RANKS, STAFF, Role
from rooms.models.rooms import Joining, Posting, Room, Some

if TYPE_CHECKING:
    from rooms.models.cases import Queue
    from rooms.models.messages import Message
    from rooms.models.sanctions import Sanction


class Attention(models.TextChoices):
    EVERYTHING = (
        "everything",
        gettext_lazy("Everything: each new message is counted and called out"),
    )
    MENTIONS = (
        "mentions",
        gettext_lazy("Mentions: new messages are counted quietly, mentions called out"),
    )
    NOTHING = (
        "nothing",
        gettext_lazy("Nothing: new messages are counted quietly, mentions not called out"),
    )
    HIDDEN = (
        "hidden",
        gettext_lazy("Hidden: the room leaves my sidebar, and nothing of it is counted"),
    )


# A post asks who writes, moves the writer's own mark, ends the draft and notes what was said when,
# all in one; what it says of the message before is what it was before.
TAKE_PART = """
UPDATE rooms_membership SET
    last_read_seq = CASE WHEN last_read_seq = %s THEN %s ELSE last_read_seq END,
    draft = '',
    said = said + 1,
    repeats = CASE WHEN said_key = %s AND last_posted_at > %s THEN repeats + 1 ELSE 0 END,
    said_key = %s,
    posted_before = last_posted_at,
    last_posted_at = %s
WHERE room_id = %s AND user_id = %s AND EXISTS (
    SELECT 1 FROM accounts_user AS person WHERE person.id = user_id AND person.is_active
    AND (person.suspended_until IS NULL OR person.suspended_until <= %s)
)
RETURNING *, (
    SELECT person.is_staff OR person.is_superuser FROM accounts_user AS person
    WHERE person.id = user_id
) AS looks_after_site, (
    SELECT theirs.attention FROM rooms_membership AS theirs
    WHERE theirs.room_id = rooms_membership.room_id AND theirs.user_id = rooms_membership.other_id
) AS attended, (SILENCE) AS silence
""".replace("SILENCE", SILENCE)

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
        """This person's rooms but for hidden and archived ones, at most 100, in one query.

        The newest first, so that what is left out beyond a hundred is what nobody wrote in. Each
        says how many mentions wait `outside`, in rooms not joined, and how much the site `told`
        the person that is not read yet.
        """
        mine = self.filter(user=user_pk, room__archived_at=None)
        newest = F("room__last_posted_at").desc(nulls_last=True)
        members = mine.exclude(attention=Attention.HIDDEN).counted().annotate(**waiting(user_pk))
        return members.order_by(newest, "pk")[:100]

    def counted(self) -> "MembershipQuerySet":
        """Each with its room and with `mentions`, how many of the person are unread there."""
        unread = Mention.objects.calling().filter(
            user=OuterRef("user"), room=OuterRef("room"), seq__gt=OuterRef("last_read_seq")
        )
        found = unread.order_by().values("user").annotate(count=Count("pk")).values("count")
        return (
            self.select_related("room", "other")
            .defer("draft")
            .annotate(mentions=Coalesce(Subquery(found), 0))
        )

    def heard(self) -> "MembershipQuerySet":
        """Each with the other of a conversation, and with what keeps the two from it."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        return self.select_related("other").annotate(silence=RawSQL(SILENCE, [now]))  # type: ignore[no-redef]  # noqa: S611

    def welcome(self) -> "MembershipQuerySet":
        """Those whose people may come, now or once a suspension is over."""
        found = self.filter(user__is_active=True)
        return found.exclude(user__suspended_until__gte=FOREVER)

    def listed(self) -> "MembershipQuerySet":
        """A room's people, owners first, each with the person, in one query."""
        people = self.select_related("user").order_by("-role", "user__username")
        return people.defer("draft")

    def now(self, room: Room, *people: User) -> "list[Membership]":
        """What each of these is to the room at this moment; meant for inside its lock. One query.

        Somebody who has not joined, or not any more, is a reader.
        """
        members = self.heard().select_related("user").defer("draft")
        members = members.filter(room=room.pk, user__in=people)
        found = {member.user_id: member for member in members}
        standing = [found.get(p.pk) or Membership(room=room, user=p, role="reader") for p in people]
        for member in standing:
            member.room = room
        return standing


class Membership(models.Model):
    """A person in a room. What somebody may do there is asked here and nowhere else.

    A reader of a public room who has not joined has an unsaved membership with `Role.READER`.

    `said` counts what this person posted since joining, `held_count` what waits for a moderator.
    `last_posted_at` and `posted_before` are when the last two messages came, `repeats` how often
    the last one had been said before, one time after the other, by its `said_key`.
    `other` is who is at the other end of a conversation of two, None in all other rooms and for
    one who left; `silence` is what keeps the two from it (see `MembershipQuerySet.heard`), and
    `attended` the other's attention, told by `taking_part` alone.
    What a page shows besides is put here by whoever shows it: `waiting`, the reports that wait
    for this moderator, `held_stamp`, which tells what waits to be let in from what waited before,
    and `mute`, the sanction that keeps this person from writing.
    """

    waiting: "Queue | None" = None
    mute: "Sanction | None" = None
    held_stamp = "0"
    silence = attended = ""

    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_index=False,
        verbose_name=gettext_lazy("room"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_index=False,
        verbose_name=gettext_lazy("person"),
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    role = models.CharField(gettext_lazy("role"), max_length=10, choices=Role, default=Role.MEMBER)
    attention = models.CharField(max_length=10, choices=Attention, default=Attention.EVERYTHING)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    draft = models.TextField(blank=True, default="")
    joined_at = models.DateTimeField(gettext_lazy("joined"), default=timezone.now)
    feed_key = models.CharField(max_length=43, null=True, unique=True, editable=False)  # noqa: DJ001
    muted_until = models.DateTimeField(gettext_lazy("muted until"), null=True, editable=False)
    last_posted_at = models.DateTimeField(null=True, editable=False)
    posted_before = models.DateTimeField(null=True, editable=False)
    said = models.PositiveBigIntegerField(default=0, editable=False)
    said_key = models.BigIntegerField(default=0, editable=False)
    repeats = models.PositiveIntegerField(default=0, editable=False)
    held_count = models.PositiveIntegerField(default=0, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("person of a room")
        verbose_name_plural = gettext_lazy("people of rooms")
        constraints = (models.UniqueConstraint(fields=["room", "user"], name="member_once"),)
        indexes = (
            models.Index(fields=["user", "room"], name="member_user_room"),
            models.Index(fields=["other"], condition=Q(other__isnull=False), name="member_other"),
            models.Index(fields=["role", "id"], condition=~Q(role=Role.MEMBER), name="member_role"),
            models.Index(
                fields=["muted_until", "id"],
                condition=Q(muted_until__isnull=False),
                name="member_muted",
            ),
        )

    def __str__(self) -> str:
        return _("%(name)s in %(room)s") % {"name": self.user, "room": self.room}

    @property
    def joined(self) -> bool:
        return self.role != Role.READER

    @property
    def rank(self) -> int:
        """0 for a reader, 1 member, 2 moderator, 3 owner, 4 for the site's staff, who are as the
        other one in a conversation of their own."""
        talks = self.room.is_direct and self.joined
        return STAFF if self.user.is_in_charge and not talks else RANKS.index(Role(self.role))

    @property
    def title(self) -> str:
        """What the room is called for this person: a conversation of two by the other's name."""
        return name_of(self.other) if self.room.is_direct else self.room.name

    @property
    def may_join(self) -> bool:
        room = self.room
        is_open = room.joining == Joining.EVERYONE and not room.is_private
        return not self.joined and is_open and not room.is_archived

    @property
    def may_moderate(self) -> bool:
        """Remove what others said, mute, ban, kick; set the room's modes; read its log."""
        return self.rank >= RANKS.index(Role.MODERATOR)

    @property
    def may_manage(self) -> bool:
        """Rename, add and remove people, say who moderates."""
        return self.rank >= RANKS.index(Role.OWNER)

    @property
    def may_invite(self) -> bool:
        """Make links to the room; owners, and the site's staff, always."""
        return self.rank >= LEAST[Some(self.room.inviting)]

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    @property
    def may_post(self) -> bool:
        return not self.obstacle

    @property
    def obstacle_to_react(self) -> str:
        """Why this person may not react to messages now, as a sentence, or ""."""
        if not self.user.is_welcome:
            return _("Your account may not write here.")
        if self.room.is_archived:
            return _("This room is archived: it can be read, and nobody writes in it.")
        if not self.joined:
            return _("Join this room to write in it.")
        if self.muted_until is not None and self.is_muted:
            return _("You are muted here %(lasts)s.") % {"lasts": until(self.muted_until)}
        if self.room.is_direct:
            return self.unheard
        if self.room.posting == Posting.NOBODY:
            return _("This room is closed for writing at the moment.")
        return ""

    @property
    def obstacle(self) -> str:
        """Why this person may not write in the room now, as a sentence, or ""."""
        if obstacle := self.obstacle_to_react:
            return obstacle
        announced = self.room.posting == Posting.MODERATORS and not self.room.is_direct
        if announced and not self.may_moderate:
            return _("Only moderators write in this room.")
        return ""

    @property
    def unheard(self) -> str:
        """Why the other one of a conversation is not written to now, as a sentence, or ""."""
        if not self.room.is_direct or (self.other_id and not self.silence):
            return ""
        return silence(self.silence, self.other)

    @property
    def wait(self) -> int:
        """The seconds, rounded up, until slow mode lets this person say the next thing."""
        return 0 if self.may_moderate else left(self.last_posted_at, self.room.slow_mode)

    @property
    def waited_too_little(self) -> int:
        """The same as it was before the message that this membership was asked for."""
        return 0 if self.may_moderate else left(self.posted_before, self.room.slow_mode)

    @property
    def repeated_too_soon(self) -> int:
        """For what was just said again and again: the seconds until it could be said once more."""
        return 0 if self.may_moderate else left(self.posted_before, pause_after(self.repeats))

    @property
    def may_link(self) -> bool:
        """Whether this person has been here for long enough to post links."""
        days = timedelta(days=self.room.links_after)
        return self.may_moderate or self.joined_at + days <= timezone.now()

    @property
    def is_looked_at(self) -> bool:
        """Whether what this person says is among the first that wait for a moderator."""
        return max(self.said, 1) <= self.room.held_first and not self.may_moderate

    def may_act_on(self, other: "Membership") -> bool:
        """Whether this person moderates and the other stands lower: never an equal, nor oneself."""
        return self.may_moderate and self.rank > other.rank and self.user_id != other.user_id

    @property
    def may_call_everybody(self) -> bool:
        """Speak to all members of the room at once, by @room: by the role here alone."""
        return RANKS.index(Role(self.role)) >= LEAST[Some(self.room.calling)]

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
        if not self.may_moderate or not message.is_removed:
            return False
        if not message.text and not message.files:
            return False
        if message.author_id == self.user_id or message.removed_by_id == message.author_id:
            return False
        return author is None or self.may_act_on(author)

    @property
    def unread(self) -> int:
        """How many messages stand behind the read mark; one's own move it where none does."""
        return max(0, self.room.last_seq - self.last_read_seq)

    @classmethod
    def taking_part(cls, room: Room, author: User, text: str) -> "Membership":
        """What decides whether `author` may write `text` as the message `room.last_seq`, in one
        query.

        Whoever had read all before it has read it too; a draft has become a message. Somebody
        who has not joined, or whose account may not be used now, is a reader. Whether `author`
        looks after the site is what it is now, whatever was known of them.
        """
        at = timezone.now()
        now, since = map(connection.ops.adapt_datetimefield_value, (at, at - REPEAT_WITHIN))
        key, here = said_key(text), (room.pk, author.pk)
        values = (room.last_seq - 1, room.last_seq, key, since, key, now, *here, now, now)
        found = next(iter(cls.objects.raw(TAKE_PART, values)), None)
        member = found or cls(role=Role.READER)
        if found is not None:
            author.is_staff = bool(found.looks_after_site)  # type: ignore[attr-defined]
            author.is_superuser = author.is_superuser and author.is_staff
        member.room, member.user = room, author
        return member

    @classmethod
    def see(cls, seen: list[Seen]) -> list[Seen]:
        """Move these read marks on, never back nor beyond the end; those that moved. One query."""
        values = ", ".join(["(%s, %s, %s)"] * len(seen))
        with connection.cursor() as cursor:
            cursor.execute(SEE.format(values=values), [n for one in seen for n in one])
            return list(cursor.fetchall())


def waiting(user_pk: int) -> dict[str, Any]:
    """What waits for this person besides rooms: mentions `outside` of them, and what was `told`.

    Columns for a query that is made anyway.
    """
    outside = Mention.objects.outside(user_pk).order_by().values("user")
    told = Notice.objects.unread().filter(user=user_pk).order_by().values("user")
    return {
        name: Coalesce(Subquery(found.annotate(count=Count("pk")).values("count")), 0)
        for name, found in (("outside", outside), ("told", told))
    }
