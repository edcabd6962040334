"""What people reported."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rooms.models.cases import Case
from rooms.models.messages import Message


class ReportKind(models.TextChoices):
    SPAM = "spam", _("Spam or advertising")
    HARASSMENT = "harassment", _("Harassment or hate")
    ILLEGAL = "illegal", _("Something illegal")
    OFF_TOPIC = "off-topic", _("Off topic here")
    OTHER = "other", _("Something else")


class ReportQuerySet(models.QuerySet["Report"]):
    def on(self, cases: list[Case]) -> "ReportQuerySet":
        """All that was reported in these cases, the first first, with who did. One query."""
        found = self.filter(case__in=[case.pk for case in cases])
        return found.select_related("reporter").order_by("pk")

    def opening(self, cases: list[Case], count: int) -> "ReportQuerySet":
        """The first `count` reports of each of these cases; `of` is how many it has. One query."""
        number = Window(RowNumber(), partition_by="case", order_by="pk")
        of = Window(Count("pk"), partition_by="case")
        mine = self.filter(case__in=[case.pk for case in cases])
        return mine.annotate(number=number, of=of).filter(number__lte=count).order_by("pk")

    def lately(self, user: User, since: datetime) -> "ReportQuerySet":
        return self.filter(reporter=user.pk, made_at__gt=since)


class Report(models.Model):
    """One reader's report of a message, or (`message` None) of the person of its case.

    `text` is what the message said at that moment, `seq` where it stood and `said_at` when.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        db_index=False,
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="reports"
    )
    kind = models.CharField(max_length=10, choices=ReportKind)
    comment = models.CharField(max_length=500, blank=True)
    seq = models.PositiveBigIntegerField(null=True)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reporter", "message"], name="report_once"),
            models.UniqueConstraint(
                fields=["case", "reporter"], condition=Q(seq=None), name="report_person_once"
            ),
        )
        indexes = (
            models.Index(fields=["case", "id"], name="report_case"),
            models.Index(fields=["reporter", "made_at"], name="report_reporter"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.case}"
