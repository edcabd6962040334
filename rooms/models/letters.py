"""What is told by mail: a row for each letter, and what a person wants of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=2)  # longer than any one letter takes to be sent
TRIES = 8
FIRST_PAUSE = timedelta(seconds=30)


class Subject(models.TextChoices):
    MENTIONS = "mentions", _("Mentions and direct messages that I have not read for some minutes")
    DIGEST = "digest", _("Once a day, what is unread")


class Mailing(models.Model):
    """What a person wants to be told by mail; who has no row wants mentions and no digest.

    Letters are made under the lock of this row, one writer after the other. `refused` is the
    address that its own server said is none: nothing goes there any more.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mailing"
    )
    mentions = models.BooleanField(default=True)
    digest = models.BooleanField(default=False)
    digest_at = models.DateTimeField(null=True)
    refused = models.EmailField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["digest_at"], condition=Q(digest=True), name="mailing_digest_due"),
        )

    def __str__(self) -> str:
        return f"mail for {self.user_id}"

    def wants(self, subject: str) -> bool:
        return self.digest if subject == Subject.DIGEST else self.mentions


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> "LetterQuerySet":
        """Those that may be taken now, by nobody else at the same time; inside a transaction."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        waiting = self.filter(free, due_at__lte=now).order_by("due_at", "pk")
        return waiting.select_for_update(skip_locked=True, of=("self",)).select_related("user")


class Letter(models.Model):
    """One mail to one person: due until `due_at` is None, written when it is sent.

    Whoever sends it holds it until `claimed_until`. `handed_at` is set just before the line with
    which it becomes the server's, so that it is known after any fault whether it may be repeated.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters"
    )
    subject = models.CharField(max_length=10, choices=Subject)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=250, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="letter_due"),
            models.Index(fields=["user", "subject", "made_at"], name="letter_user_subject"),
            models.Index(fields=["made_at"], condition=Q(due_at=None), name="letter_done"),
        )

    def __str__(self) -> str:
        return f"{self.subject} for {self.user_id}"

    def claim(self, now: datetime) -> None:
        self.claimed_until, self.attempts = now + LEASE, self.attempts + 1
        self.save(update_fields=["claimed_until", "attempts"])

    def hand(self) -> bool:
        """Say, for good, that it is about to leave; False if somebody else has taken it over."""
        mine = Letter.objects.filter(
            pk=self.pk, claimed_until=self.claimed_until, handed_at=None, due_at__isnull=False
        )
        self.handed_at = timezone.now()
        return bool(mine.update(handed_at=self.handed_at))

    def done(self, fault: str = "") -> None:
        self.due_at, self.fault = None, fault[:250]
        self.save(update_fields=["due_at", "fault"])

    def try_again(self, fault: str) -> None:
        """Later, and later each time; given up after so many tries."""
        if self.attempts >= TRIES:
            self.done(fault)
            return
        self.due_at = timezone.now() + FIRST_PAUSE * 4 ** (self.attempts - 1)
        self.claimed_until = self.handed_at = None
        self.fault = fault[:250]
        self.save(update_fields=["due_at", "claimed_until", "handed_at", "fault"])
