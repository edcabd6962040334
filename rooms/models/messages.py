"""What people said."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from rooms.models.files import Kept, in_words
from rooms.models.found import TermsField
from rooms.models.rooms import Room

PAGE = 50


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
    author: int | None
    username: str | None
    display_name: str | None


COLUMNS = (*Line._fields[:-2], "author__username", "author__display_name")


class MessageQuerySet(models.QuerySet["Message"]):
    def lines(self, count: int | None = None) -> list[Line]:
        """These messages, or the first `count`, as rows show them, in one query."""
        return [Line._make(values) for values in self.values_list(*COLUMNS)[:count]]

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
    message without. `opens_run` and `opens_day` say that a run of one author or
    a day begins here (see `Room`). `wait` is told by `post` alone: the seconds of slow mode
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
    )
    nonce = models.CharField(max_length=64, null=True)  # noqa: DJ001  (several without one)
    text = models.TextField()
    html = models.TextField()
    files = models.JSONField(null=True, editable=False)
    terms = TermsField()
    opens_run = models.BooleanField(default=True)
    opens_day = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    removal_reason = models.CharField(max_length=250, blank=True)

    unreached: Sequence[str] = ()  # whom it names who cannot read it, known when it is written

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["room", "seq"], name="seq_once_in_room"),
            models.UniqueConstraint(fields=["author", "room", "nonce"], name="nonce_once"),
        )
        indexes = (
            models.Index(fields=["room", "version"], name="message_room_version"),
            # Days begin and end somewhere: found here, without a look at what lies between.
            models.Index(fields=["room", "created_at", "seq"], name="message_room_moment"),
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
        """What a row shows of it; no query where the author is loaded."""
        author = self.author
        names = (author.username, author.display_name) if author else (None, None)
        own = [getattr(self, name) for name in Line._fields[:-4]]
        return Line._make((*own, self.removed_by_id, self.author_id, *names))
