"""People kept out of the site, for a time or for ever."""

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Not the last moment there is: that has no local time east of Greenwich.
FOREVER: Final = datetime(9000, 1, 1, tzinfo=UTC)


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def standing(self) -> "SuspensionQuerySet":
        """Neither lifted nor over."""
        unended = Q(until=None) | Q(until__gt=timezone.now())
        return self.filter(unended, lifted_at=None)


class Suspension(models.Model):
    """One person kept out: until a moment, or (a ban) with `until` None for ever.

    `User.suspended_until` says the same of the one that stands, so that every request knows it
    without a query. It ends by itself, or is lifted.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="suspensions",
        verbose_name=gettext_lazy("person"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=gettext_lazy("by whom"),
    )
    at = models.DateTimeField(gettext_lazy("when"), default=timezone.now)
    until = models.DateTimeField(gettext_lazy("until"), null=True)
    reason = models.CharField(gettext_lazy("reason"), max_length=500, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=gettext_lazy("lifted by"),
    )

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("suspension"), gettext_lazy("suspensions")
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("at")), name="suspension_lasts"
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(lifted_at=None), name="suspension_unlifted"),
            models.Index(
                fields=["id"], condition=Q(lifted_at__isnull=False), name="suspension_lifted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.sentence}"

    @property
    def stands(self) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > timezone.now())

    @property
    def sentence(self) -> str:
        """What the person is told: until when, and why."""
        if self.until is None:
            told = _("Your account has been banned from this site.")
        else:
            told = _("Your account is suspended until %(until)s.") % {"until": moment(self.until)}
        why = _("Reason: %(reason)s") % {"reason": self.reason}
        return f"{told} {why}" if self.reason else told


def moment(at: datetime) -> str:
    """A time in words, in the zone that is set."""
    return date_format(timezone.localtime(at), _("j F Y, H:i T"))
