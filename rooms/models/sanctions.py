"""Who may not write in a room, or not even read it, until when and why."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import FOREVER
from rooms.durations import until
from rooms.models.rooms import Room


class Measure(models.TextChoices):
    MUTE = "mute", gettext_lazy("Muted")
    BAN = "ban", gettext_lazy("Banned")


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def standing(self) -> "SanctionQuerySet":
        """Those that hold now: neither lifted nor over."""
        return self.filter(lifted_at=None, until__gt=timezone.now())

    def bans(self) -> "SanctionQuerySet":
        return self.standing().filter(measure=Measure.BAN)

    def on(self, room_pk: int, person_pk: int) -> "SanctionQuerySet":
        """What was done to this person in this room, newest first."""
        return self.filter(room=room_pk, person=person_pk).select_related("by").order_by("-pk")


class Sanction(models.Model):
    """A mute or a ban. A row of its own, as it outlives leaving the room.

    It ends by itself, as `until` is compared where somebody is let in or writes; nothing has to
    run for that. A mute is copied to the membership (`muted_until`), so that a post finds it in
    the query that it makes anyway.
    """

    room = models.ForeignKey(
        Room,
        on_delete=models.CASCADE,
        related_name="sanctions",
        db_index=False,
        verbose_name=gettext_lazy("room"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="sanctions",
        verbose_name=gettext_lazy("person"),
    )
    measure = models.CharField(gettext_lazy("what"), max_length=4, choices=Measure)
    until = models.DateTimeField(gettext_lazy("until"))
    reason = models.CharField(gettext_lazy("reason"), max_length=250, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=gettext_lazy("by whom"),
    )
    made_at = models.DateTimeField(gettext_lazy("when"), default=timezone.now)
    lifted_at = models.DateTimeField(null=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("sanction"), gettext_lazy("sanctions")
        constraints = (
            models.UniqueConstraint(
                fields=["room", "person", "measure"],
                condition=Q(lifted_at=None),
                name="sanction_once",
            ),
        )
        indexes = (
            models.Index(fields=["room", "person"], name="sanction_room_person"),
            models.Index(fields=["measure", "id"], name="sanction_measure"),
            models.Index(fields=["until", "id"], condition=Q(lifted_at=None), name="sanction_ends"),
            models.Index(
                fields=["id"], condition=Q(lifted_at__isnull=False), name="sanction_lifted"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {until(self.until)}"

    def get_absolute_url(self) -> str:
        """Where the person answers to it."""
        return reverse("appeal", args=[self.pk])

    @property
    def stands(self) -> bool:
        return self.lifted_at is None and self.until > timezone.now()

    @property
    def is_for_ever(self) -> bool:
        return self.until >= FOREVER

    @property
    def sentence(self) -> str:
        """What the person is told."""
        if self.measure == Measure.MUTE:
            told = _("You are muted here %(lasts)s.") % {"lasts": until(self.until)}
        else:
            told = _("You are banned from here %(lasts)s.") % {"lasts": until(self.until)}
        return with_reason(told, self.reason)

    @property
    def sentence_elsewhere(self) -> str:
        """The same on another page than the room's."""
        of, lasts = {"room": self.room.name}, until(self.until)
        if self.measure == Measure.MUTE:
            told = _("You are muted in “%(room)s” %(lasts)s.") % {**of, "lasts": lasts}
        else:
            told = _("You are banned from “%(room)s” %(lasts)s.") % {**of, "lasts": lasts}
        return with_reason(told, self.reason)

    @property
    def lifted_sentence(self) -> str:
        of = {"room": self.room.name}
        if self.measure == Measure.MUTE:
            return _("You may write in “%(room)s” again.") % of
        return _("You may go into “%(room)s” again.") % of


def with_reason(told: str, reason: str) -> str:
    """The sentence, and why, where a reason was given."""
    why = _("Reason: %(reason)s") % {"reason": reason}
    return f"{told} {why}" if reason else told


def banned(user_pk: int) -> Exists:
    """A condition for a query of rooms: whether this person is banned from each."""
    return Exists(Sanction.objects.bans().filter(room=OuterRef("pk"), person=user_pk))
