"""The words that a room, or the whole site, does not want."""

from django.db import models
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import SITE
from rooms.models.rooms import Room


class WordList(models.Model):
    """What may not be said, what waits for a moderator, what is shown as •••: a word a line.

    One for the site (`area` is SITE) and one for each room that wants one. `version` grows with
    every change and a list is never deleted but with its room, so that the sum of the site's and a
    room's tells whether what a process remembers of both is still so (`rooms.words.Words`).
    """

    area = models.CharField(max_length=40, unique=True, editable=False)
    room = models.ForeignKey(
        Room, null=True, on_delete=models.CASCADE, related_name="+", editable=False
    )
    blocked = models.TextField(_("words that are refused"), blank=True)
    held = models.TextField(_("words that are looked at first"), blank=True)
    masked = models.TextField(_("words that are masked"), blank=True)
    version = models.PositiveBigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("word list"), _("word lists")

    def __str__(self) -> str:
        return str(self.room) if self.room else str(_("The whole site"))

    @classmethod
    def version_of(cls, room_pk: int) -> int:
        """The version of the words that hold in a room. One query."""
        held = cls.objects.filter(area__in=(SITE, f"room:{room_pk}"))
        return int(held.aggregate(version=Coalesce(Sum("version"), 0))["version"])
