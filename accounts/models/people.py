"""People."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.names import skeleton

TONES = 8


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


def site_time_zone() -> str:
    return settings.TIME_ZONE


def languages() -> list[tuple[str, Any]]:
    return [("", _("As this browser asks for")), *settings.LANGUAGES]


def initials(name: str) -> str:
    """One or two letters for an avatar."""
    words = name.split()
    letters = words[0][:1] + words[-1][:1] if len(words) > 1 else name[:2]
    return letters.upper()


def tone(user_pk: int) -> int:
    """An avatar's colour, 0 to TONES - 1; stable for a person's life."""
    return user_pk % TONES


class People(UserManager["User"]):
    def create_user(self, username: str, *args: object, **fields: object) -> "User":
        fields.setdefault("username_key", skeleton(username))
        return super().create_user(username, *args, **fields)  # type: ignore[arg-type]

    def create_superuser(self, username: str, *args: object, **fields: object) -> "User":
        fields.setdefault("username_key", skeleton(username))
        return super().create_superuser(username, *args, **fields)  # type: ignore[arg-type]


class User(AbstractUser):
    """A person with an account.

    `username_key` is what two confusable user names share, so that the database itself refuses
    the second one. `founder` is true for the first account alone, which administers the site.
    `suspended_until` repeats what the standing `Suspension` says. `times_signed_out` grows when
    all sessions end: each is bound to it, as it is to the password. `look` grows with every
    change of their own stylesheet, whose address bears it.
    """

    class Theme(models.TextChoices):
        SYSTEM = "", _("As this device has it")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")
        CONTRAST = "contrast", _("Higher contrast")

    class Density(models.TextChoices):
        COMFORTABLE = "", _("Comfortable")
        COMPACT = "compact", _("Compact: more on a page")

    class Leaving(models.TextChoices):
        """An account that was closed: what becomes of what the person said."""

        KEEP = "keep", _("kept under no name")
        ERASE = "erase", _("erased")

    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    time_zone = models.CharField(
        max_length=60, default=site_time_zone, validators=[check_time_zone]
    )
    language = models.CharField(
        max_length=8, choices=languages, blank=True, default="", db_default=""
    )
    theme = models.CharField(max_length=8, choices=Theme, blank=True, default="", db_default="")
    density = models.CharField(max_length=7, choices=Density, blank=True, default="", db_default="")
    username_key = models.CharField(max_length=150, unique=True, editable=False)
    founder = models.BooleanField(default=False, editable=False)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, editable=False)
    leaving = models.CharField(
        max_length=5, choices=Leaving, blank=True, default="", editable=False
    )
    look = models.PositiveIntegerField(default=0, editable=False)
    times_signed_out = models.PositiveIntegerField(default=0, editable=False)

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    objects: ClassVar[People] = People()

    class Meta:
        verbose_name, verbose_name_plural = _("person"), _("people")
        constraints = (
            models.UniqueConstraint(
                fields=["founder"], condition=models.Q(founder=True), name="one_founder"
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=~models.Q(leaving=""), name="user_leaving"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What others read: the display name, else the user name."""
        return self.display_name or self.username

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def tone(self) -> int:
        return tone(self.pk)

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and self.suspended_until > timezone.now()

    @property
    def is_welcome(self) -> bool:
        """Whether this account may be used at all."""
        return self.is_active and not self.is_suspended

    @property
    def is_in_charge(self) -> bool:
        """Whether this person looks after the site."""
        return self.is_welcome and self._rank > 0

    def outranks(self, other: "User") -> bool:
        """Whether this person may act on the other: nobody does on an equal, nor on themselves."""
        return self.is_in_charge and self._rank > other._rank

    @property
    def _rank(self) -> int:
        return 2 if self.is_superuser else int(self.is_staff)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What binds a session to its person: Django's own, and how often all were ended."""
        return salted_hmac(
            "accounts.User.session",
            f"{self.times_signed_out}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
