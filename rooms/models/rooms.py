"""A room, and the one number that orders all that happens in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SITE, User

RUN = timedelta(minutes=5)


# Written out, as it is half of a post: Django takes 1 ms to compile the same each time.
ADVANCE_BY_MESSAGE = """
UPDATE rooms_room SET
    version = version + 1,
    last_seq = last_seq + 1,
    run_head = CASE WHEN last_author_id = %s AND last_posted_at > %s AND last_posted_at >= %s
        THEN run_head ELSE last_seq + 1 END,
    day_head = CASE WHEN last_posted_at >= %s THEN day_head ELSE last_seq + 1 END,
    last_posted_at = CASE WHEN last_posted_at > %s THEN last_posted_at ELSE %s END,
    last_author_id = %s
WHERE id = %s
RETURNING version, last_seq, run_head, day_head, last_posted_at, posting, slow_mode, archived_at,
    links_after, held_first, kind,
    (SELECT COALESCE(SUM(list.version), 0) FROM rooms_wordlist AS list WHERE list.area IN (%s, %s))
"""
RETURNED = (
    "version",
    "last_seq",
    "run_head",
    "day_head",
    "last_posted_at",
    "posting",
    "slow_mode",
    "archived_at",
    "links_after",
    "held_first",
    "kind",
    "words_version",
)


class Kind(models.TextChoices):
    PUBLIC = "public", _("Public: anyone signed in may find, read and join it")
    PRIVATE = "private", _("Private: only people whom an owner adds know of it")
    DIRECT = "direct", _("Direct: a conversation of two people, begun by one of them")


MADE = (Kind.PUBLIC, Kind.PRIVATE)  # by their owners, as rooms


class Posting(models.TextChoices):
    EVERYONE = "everyone", _("Everyone who has joined")
    MODERATORS = "moderators", _("Moderators only: announcements")
    NOBODY = "nobody", _("Nobody: the room can only be read")


class Joining(models.TextChoices):
    EVERYONE = "everyone", _("Everyone who may read it")
    INVITED = "invited", _("Only people who are invited, or whom an owner adds")


class Some(models.TextChoices):
    """From which role on something is open to people."""

    MEMBERS = "members", _("Everyone who has joined")
    MODERATORS = "moderators", _("Moderators and owners")
    OWNERS = "owners", _("Owners only")
    NOBODY = "nobody", _("Nobody")


INVITERS = tuple(choice for choice in Some.choices if choice[0] != Some.NOBODY)


class RoomQuerySet(models.QuerySet["Room"]):
    def joinable_by(self, user: User) -> "RoomQuerySet":
        """Public rooms that this person is not in yet, and not banned from."""
        open_to = self.filter(kind=Kind.PUBLIC).exclude(pk__in=banned_from(user))
        return open_to.exclude(memberships__user=user)

    def readable_by(self, user: User) -> "RoomQuerySet":
        """Rooms whose messages this person may read."""
        mine = Exists(user.memberships.filter(room=OuterRef("pk")))
        return self.filter(Q(kind=Kind.PUBLIC) | mine).exclude(pk__in=banned_from(user))

    def shared_by(self, one: User, other: User) -> "RoomQuerySet":
        """Rooms that both are in, but for their own conversation."""
        both = self.filter(memberships__user=one).filter(memberships__user=other)
        return both.exclude(kind=Kind.DIRECT)

    def found_by(self, words: str) -> "RoomQuerySet":
        """Rooms named or about something like these words; with none, those not archived."""
        if not words:
            return self.filter(archived_at=None)
        return self.filter(Q(name__icontains=words) | Q(topic__icontains=words))


class Room(models.Model):
    """A place where people talk.

    `version` grows by exactly one with every change that a reader can see, `last_seq` with every
    message. Both are taken by one UPDATE inside the transaction that makes the change: the row's
    lock makes commit order equal number order, and a rollback leaves no hole.

    `state_version` is the version of the last change of the room itself (name, topic, modes).
    `inviting` and `calling` say who makes links to it, and who speaks to all by @room.
    `slow_mode` is the least number of seconds between one person's messages, 0 for none. Whoever
    joined less than `links_after` days ago posts no links, and the first `held_first` messages of
    each member wait for a moderator. `held_count` is how many messages wait.
    Messages are kept for `retention` days, 0 for ever, which counts from `retention_from` on; what
    is older is deleted from the beginning on, so that what is there is from `first_seq` to
    `last_seq` without a hole. `purged_version` is the version of the last deletion.
    A conversation of two people has a `pair`, the key of both, and no name: it is called by the
    other's (`Membership.title`). `begun_by` is whoever opened it.
    `run_head` and `day_head` are the seq that opened the running author's run and the running
    day, so that posting learns both from the same UPDATE.
    """

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=150, editable=False)
    slug = models.CharField(max_length=80, unique=True, editable=False)
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.PUBLIC)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    pair = models.CharField(max_length=41, null=True, editable=False)  # noqa: DJ001
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    posting = models.CharField(
        _("who writes"), max_length=10, choices=Posting, default=Posting.EVERYONE
    )
    slow_mode = models.PositiveIntegerField(_("slow mode"), default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    notice = models.CharField(_("pinned notice"), max_length=500, blank=True)
    joining = models.CharField(
        _("who joins"), max_length=10, choices=Joining, default=Joining.EVERYONE
    )
    inviting = models.CharField(
        _("who invites"), max_length=10, choices=INVITERS, default=Some.OWNERS
    )
    calling = models.CharField(
        _("who speaks to all by @room"), max_length=10, choices=Some, default=Some.MODERATORS
    )
    links_after = models.PositiveIntegerField(_("days until links"), default=0)
    held_first = models.PositiveIntegerField(_("first messages looked at"), default=0)
    retention = models.PositiveIntegerField(_("days that messages are kept"), default=0)
    retention_from = models.DateTimeField(null=True, editable=False)
    first_seq = models.PositiveBigIntegerField(default=1, editable=False)
    purged_version = models.PositiveBigIntegerField(default=0, editable=False)
    held_count = models.PositiveIntegerField(default=0, editable=False)

    version = models.PositiveBigIntegerField(default=0, editable=False)
    last_seq = models.PositiveBigIntegerField(_("messages"), default=0, editable=False)
    state_version = models.PositiveBigIntegerField(default=0, editable=False)
    run_head = models.PositiveBigIntegerField(default=0, editable=False)
    day_head = models.PositiveBigIntegerField(default=0, editable=False)
    last_posted_at = models.DateTimeField(_("last message"), null=True, editable=False)
    last_author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    words_version = 0  # of the words that hold here, told by `advance_by_message` alone

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("room"), _("rooms")
        ordering = ("name", "pk")
        constraints = (
            # Only among public rooms: a refusal must not tell of a private one.
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(kind=Kind.PUBLIC), name="public_name_once"
            ),
            models.UniqueConstraint(fields=["pair"], name="pair_once"),
        )
        indexes = (models.Index(fields=["kind", "name"], name="room_kind_name"),)

    def __str__(self) -> str:
        return self.name or str(_("a conversation of two"))

    def get_absolute_url(self) -> str:
        return reverse("rooms:room", args=[self.slug])

    @property
    def is_private(self) -> bool:
        """Whether only those who are in it know of it."""
        return self.kind != Kind.PUBLIC

    @property
    def is_direct(self) -> bool:
        return self.kind == Kind.DIRECT

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def mode(self) -> str:
        """Who writes here, at what pace and who joins, in words that the style sheet knows."""
        writes = "archived" if self.is_archived else self.posting
        slow = " slow" if self.slow_mode else ""
        return f"{writes}{slow}" + (" invited" if self.joining == Joining.INVITED else "")

    @property
    def kept_days(self) -> int:
        """For how many days messages are kept here once that is so, 0 for ever."""
        limits = [days for days in (settings.RETENTION_DAYS, self.retention) if days]
        return min(limits, default=0)

    @property
    def retention_begins(self) -> datetime | None:
        """When the last change of `retention` takes hold; None where it has."""
        begins = self.retention_from
        return begins if begins and begins > timezone.now() else None

    @property
    def cutoff(self) -> datetime | None:
        """What was said before this moment is to be deleted now; None for nothing."""
        days = settings.RETENTION_DAYS if self.retention_begins else self.kept_days
        return timezone.now() - timedelta(days=days) if days else None

    @property
    def area(self) -> str:
        """What this room is called in the audit log."""
        return f"room:{self.pk}"

    @classmethod
    def advance(cls, pk: int) -> "Room":
        """Take the room's next version; only inside a transaction.

        One query. The room's row stays locked until the transaction ends, which is what makes
        versions commit in order. Returns a room that knows `pk` and `version` only.
        """
        room = cls._stub(pk)
        room.version = F("version") + 1
        room.save(update_fields=["version"])
        return room

    @classmethod
    def advance_by_message(cls, pk: int, *, author: User, at: datetime) -> "Room":
        """Take the next version and seq for a message by `author`, posted `at`.

        One query, with the same lock as `advance`. The returned room knows its numbers and its
        modes; a message whose seq equals a head opens that run of one author, or that day.
        `last_posted_at` is the message's time: `at`, or the last message's where `at` is before
        it (two that meet at the lock, a clock set back), so that times follow seq, and a day is
        one stretch of messages.
        """
        midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        since, now, today = map(connection.ops.adapt_datetimefield_value, (at - RUN, at, midnight))
        room = cls(pk=pk)
        values = (author.pk, since, today, today, now, now, author.pk, pk, SITE, room.area)
        with connection.cursor() as cursor:
            cursor.execute(ADVANCE_BY_MESSAGE, values)
            for name, value in zip(RETURNED, cursor.fetchone(), strict=True):
                setattr(room, name, value)
        room.last_posted_at = _moment(room.last_posted_at)
        room.archived_at = _moment(room.archived_at)
        return room

    @classmethod
    def lock(cls, pk: int) -> "Room":
        """The room as it is now, its row locked until the transaction ends. One query."""
        return cls.objects.select_for_update().get(pk=pk)

    @classmethod
    def _stub(cls, pk: int) -> "Room":
        room = cls(pk=pk)
        room._state.adding = False
        return room


def _moment(value: datetime | str | None) -> datetime | None:
    """A moment from SQL written out: SQLite keeps them as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def banned_from(user: User) -> models.QuerySet[Any, Any]:
    """The rooms that this person is banned from now, for a condition of a query."""
    bans = user.sanctions.filter(measure="ban", lifted_at=None, until__gt=Now())
    return bans.values("room")
