"""Links that let people in."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PAGE = 100


def new_token() -> str:
    """128 bits: nobody guesses one."""
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> "InvitationQuerySet":
        """Neither revoked, nor over, nor used up."""
        unused = self.filter(revoked_at=None, expires_at__gt=timezone.now(), used__lt=F("uses"))
        return unused.select_related("made_by")

    def listed(self) -> "InvitationQuerySet":
        """Those that stand, the newest first. One query, with their makers."""
        return self.standing().order_by("-pk")[:PAGE]


class Invitation(models.Model):
    """A link that so many people may use until it expires.

    `room_key` is what the rooms call the room it leads to; accounts know nothing of rooms.
    `opens_signup`: whether it makes an account possible where strangers have none.
    """

    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="invitations",
        verbose_name=gettext_lazy("by whom"),
    )
    made_at = models.DateTimeField(gettext_lazy("made"), default=timezone.now)
    expires_at = models.DateTimeField(gettext_lazy("ends"))
    uses = models.PositiveIntegerField(gettext_lazy("for how many people"), default=1)
    used = models.PositiveIntegerField(gettext_lazy("used"), default=0)
    revoked_at = models.DateTimeField(null=True)
    room_key = models.CharField(max_length=40, blank=True)
    opens_signup = models.BooleanField(default=False)
    note = models.CharField(gettext_lazy("note"), max_length=100, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = gettext_lazy("invitation"), gettext_lazy("invitations")
        constraints = (
            models.CheckConstraint(condition=Q(used__lte=F("uses")), name="invitation_used_up"),
        )
        indexes = (
            models.Index(fields=["room_key", "id"], name="invitation_room"),
            models.Index(
                fields=["id"], condition=Q(revoked_at__isnull=False), name="invitation_revoked"
            ),
        )

    def __str__(self) -> str:
        return self.note or f"invitation {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("invited", args=[self.token])

    @property
    def problem(self) -> str:
        """Why it lets nobody in any more, as a sentence to show, or ""."""
        if self.revoked_at is not None:
            return _("This invitation has been withdrawn.")
        if self.expires_at <= timezone.now():
            return _("This invitation has expired.")
        if self.used >= self.uses:
            return _("This invitation has been used by as many people as it was meant for.")
        return ""


class InvitationUse(models.Model):
    """Who came by which invitation; each person takes one of its uses only."""

    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="people", db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations_used"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["invitation", "person"], name="invited_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} by {self.invitation}"
