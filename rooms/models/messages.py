"""What people said."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject, Left
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rooms.models.files import Kept, in_words
from rooms.models.found import TermsField
from rooms.models.rooms import Room

PAGE = 50
QUOTED = 200  # letters that a reply is given of the text that it replies to


class Original(NamedTuple):
    """What a reply shows of the message that it replies to."""

    seq: int
    text: str
    removed_at: object
    author: int | None
    username: str | None
    display_name: str | None


class Line(NamedTuple):
    """What a row of the list shows of a message, read without making models of it."""

    seq: int
    version: int
    posted_version: int
    html: str
    files: Kept
    created_at: datetime
    opens_run: bool
    opens_day: bool
    edited_at: datetime | None
    removed_at: datetime | None
    removed_by: int | None
    reactions: str | None
    author: int | None
    username: str | None
    display_name: str | None
    original: Original | None

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Line":
        """The line of a query's `columns`."""
        *own, original = values
        return cls._make((*own, Original(**original) if original else None))


class MessageQuerySet(models.QuerySet["Message"]):
    def lines(self, count: int | None = None) -> list[Line]:
        """These messages, or the first `count`, as rows show them, in one query."""
        return [Line.of(values) for values in self.values_list(*columns())[:count]]

    def newest(self, count: int = PAGE) -> list[Line]:
        return self.before(None, count)

    def before(self, seq: int | None, count: int = PAGE) -> list[Line]:
        """The last `count` messages before `seq` (None: the end), oldest first. One query."""
        older = self if seq is None else self.filter(seq__lt=seq)
        return older.order_by("-seq")[:count].lines()[::-1]

    def after(self, seq: int, count: int = PAGE) -> list[Line]:
        """The first `count` messages from `seq` on, oldest first. One query."""
        return self.filter(seq__gte=seq).order_by("seq")[:count].lines()

    def between(self, first: int, end: int) -> list[Line]:
        """The messages from `first` on and before `end`, oldest first. One query."""
        return self.filter(seq__gte=first, seq__lt=end).order_by("seq").lines()

    def changed_since(self, version: int, count: int) -> list[Line]:
        """The first `count` that changed after `version`, in order of version. One query."""
        return self.filter(version__gt=version).order_by("version")[:count].lines()


class Message(models.Model):
    """One message.

    `seq` is its place in the room, 1, 2, 3 … without holes; `posted_version` the room's version
    when it came, `version` that of its last change. Never a time or an id as a cursor: they do
    not follow commit order. `created_at` never goes back from one seq to the next. `html` is the
    text rendered once, when written. `files` is what rows show of its attachments, None for a
    message without. `opens_run` and `opens_day` say that a run of one author or a day begins here
    (see `Room`). `reply_to` is the message of the same room that this one replies to, while it is
    kept. `reactions` has a line for each emoji on it, with the user names of those who gave it.
    `wait` is told by `post` alone: the seconds of slow mode
    until its author may say the next.
    """

    wait = 0

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    seq = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    posted_version = models.PositiveBigIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="messages",
        db_index=False,
        verbose_name=gettext_lazy("author"),
    )
    nonce = models.CharField(max_length=64, null=True)  # noqa: DJ001  (several without one)
    reply_to = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="replies", db_index=False
    )
    text = models.TextField()
    html = models.TextField()
    files = models.JSONField(null=True, editable=False)
    terms = TermsField()
    opens_run = models.BooleanField(default=True)
    opens_day = models.BooleanField(default=False)
    created_at = models.DateTimeField(gettext_lazy("written"))
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(gettext_lazy("removed"), null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    removal_reason = models.CharField(max_length=250, blank=True)
    # Null where there are none, so that SQLite need not make the table anew for it.
    reactions = models.TextField(null=True, editable=False)  # noqa: DJ001

    unreached: Sequence[str] = ()  # whom it names who cannot read it, known when it is written

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("message"), gettext_lazy("messages")
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="seq_once_in_room"),
            models.UniqueConstraint(fields=["author", "room", "nonce"], name="nonce_once"),
        )
        indexes = (
            models.Index(fields=["room", "version"], name="message_room_version"),
            # Days begin and end somewhere: found here, without a look at what lies between.
            models.Index(fields=["room", "created_at", "seq"], name="message_room_moment"),
            models.Index(
                fields=["reply_to"], condition=Q(reply_to__isnull=False), name="message_reply_to"
            ),
            # For the site's staff: what somebody said, what was removed, and what has files.
            models.Index(fields=["author", "id"], name="message_author"),
            models.Index(
                fields=["id"], condition=Q(removed_at__isnull=False), name="message_removed"
            ),
            models.Index(
                fields=["author", "id"],
                condition=Q(removed_at__isnull=False),
                name="message_author_removed",
            ),
            models.Index(
                fields=["room", "seq"],
                condition=Q(removed_at__isnull=False),
                name="message_room_removed",
            ),
            models.Index(fields=["id"], condition=Q(files__isnull=False), name="message_files"),
        )

    def __str__(self) -> str:
        return f"{self.room_id}:{self.seq}"

    def get_absolute_url(self) -> str:
        return reverse("rooms:message", args=[self.room.slug, self.seq])

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def in_words(self) -> str:
        return in_words(self.text, self.files)

    @property
    def unreached_text(self) -> str:
        names = ", ".join(f"@{name}" for name in self.unreached)
        return _("%(names)s cannot read this room, and will not hear of your message.") % {
            "names": names
        }

    @property
    def line(self) -> Line:
        """What a row shows of it; no query where the author and what it replies to are loaded."""
        own = [getattr(self, name) for name in Line._fields[:-6]]
        original = self.reply_to.as_original if self.reply_to else None
        return Line._make(
            (*own, self.removed_by_id, self.reactions, self.author_id, *self._names, original)
        )

    @property
    def as_original(self) -> Original:
        """What a reply to it shows of it."""
        text = self.text[:QUOTED]
        return Original(self.seq, text, self.removed_at, self.author_id, *self._names)

    @property
    def _names(self) -> tuple[str | None, str | None]:
        author = self.author
        return (author.username, author.display_name) if author else (None, None)


@cache
def columns() -> tuple[Any, ...]:
    """What a query asks for a `Line`.

    The original is looked up row by row: by a join PostgreSQL would rather go through the room.
    """
    original = JSONObject(
        seq="seq",
        text=Left("text", QUOTED),
        removed_at="removed_at",
        author="author",
        username="author__username",
        display_name="author__display_name",
    )
    found = Message.objects.filter(pk=OuterRef("reply_to")).values(original=original)
    names = ("author__username", "author__display_name")
    return (*Line._fields[:-3], *names, Subquery(found))
