"""What is to be decided of one person: reports gathered into a case, or an appeal."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import SITE, Suspension, User
from rooms.models.members import Membership
from rooms.models.roles import RANKS, STAFF, Role
from rooms.models.rooms import Kind, Room
from rooms.models.sanctions import Sanction

CLAIM = timedelta(hours=1)  # then somebody else may take it
MANY = 100
MODERATOR, OWNER = RANKS.index(Role.MODERATOR), RANKS.index(Role.OWNER)


class Verdict(models.TextChoices):
    KEEP = "keep", _("Kept: nothing is wrong with it")
    REMOVE = "remove", _("Removed")
    MUTE = "mute", _("Removed, and the person muted")
    BAN = "ban", _("Removed, and the person banned")
    SUSPEND = "suspend", _("Removed, and the person kept out of the site")
    DISMISS = "dismiss", _("Dismissed")
    ESCALATE = "escalate", _("Handed to the site's staff")
    UPHOLD = "uphold", _("The sanction stays")
    LIFT = "lift", _("The sanction was lifted")


@dataclass(frozen=True)
class Queue:
    """How many cases wait for somebody, and a stamp that is another one whenever they changed."""

    count: int = 0
    stamp: str = "0"

    @property
    def text(self) -> str:
        return str(self.count) if self.count < MANY else f"{MANY - 1}+"


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at=None)

    def ranked(self) -> Any:
        """Each with `rank`, what its person is in its room at this moment, as `Membership.rank`."""
        there = Membership.objects.filter(room=OuterRef("room"), user=OuterRef("person"))
        looks_after = Q(person__is_staff=True) | Q(person__is_superuser=True)
        steps = [models.When(looks_after, person__is_active=True, then=Value(STAFF))]
        for role in (Role.OWNER, Role.MODERATOR):
            rank = Value(RANKS.index(role))
            steps.append(models.When(Exists(there.filter(role=role)), then=rank))
        return self.annotate(
            rank=models.Case(*steps, default=Value(0), output_field=IntegerField())
        )

    def for_room(self, by: Membership) -> "CaseQuerySet":
        """A room's cases on people lower than this moderator: none on an equal, nor on oneself.

        What was handed to the site is the site's.
        """
        theirs = self.filter(room=by.room_id, escalated_at=None)
        if not by.may_moderate:
            return self.none()
        found: CaseQuerySet = theirs.ranked().filter(rank__lt=by.rank)
        return found

    def for_site(self, by: User) -> "CaseQuerySet":
        """What nobody in a room stands above, what was handed on, and what concerns the site or a
        conversation of two.

        Cases on the staff are the administrators'; nobody sees one on themselves.
        """
        if not by.is_in_charge:
            return self.none()
        above = Q(room=None) | Q(room__kind=Kind.DIRECT)
        above |= Q(escalated_at__isnull=False) | Q(rank__gte=OWNER)
        return _for(by, self.ranked().filter(above))

    def for_staff(self, by: User) -> "CaseQuerySet":
        """What the site's staff may read of at all: what is theirs, and what is public rooms'."""
        if not by.is_in_charge:
            return self.none()
        theirs = Q(room=None) | Q(room__kind__in=(Kind.PUBLIC, Kind.DIRECT))
        theirs |= Q(escalated_at__isnull=False) | Q(rank__gte=OWNER)
        return _for(by, self.ranked().filter(theirs))

    def listed(self, after: int | None, count: int) -> list["Case"]:
        """The first `count` after the case `after`, the oldest first. One query, a keyset."""
        later = self if after is None else self.filter(pk__gt=after)
        return list(later.related().order_by("pk")[:count])

    def related(self) -> "CaseQuerySet":
        return self.select_related(
            "room", "person", "claimed_by", "closed_by", "sanction", "suspension"
        )

    def waiting(self) -> Queue:
        """One query."""
        found: Any = self.open().aggregate(**STAMP)
        return _waiting(found)

    def waiting_in(self, room_pks: list[int]) -> dict[int, list[tuple[int, dict[str, int]]]]:
        """For each of these rooms the ranks that cases are on, and what waits of each.

        One query.
        """
        mine = self.open().filter(room__in=room_pks, escalated_at=None).ranked()
        found: dict[int, list[tuple[int, dict[str, int]]]] = {}
        for row in mine.order_by().values("room", "rank").annotate(**STAMP):
            found.setdefault(row["room"], []).append((row["rank"], row))
        return found


# A set of cases that changed has another count, another sum of keys or another sum of moves.
STAMP: dict[str, Any] = {"count": Count("pk"), "keys": Sum("pk"), "moved": Sum("moves")}


def _for(by: User, ranked: Any) -> "CaseQuerySet":
    """Without what is on this person, and without what is on the staff but for administrators.

    Where there is no other administrator, other staff see what is on the only one.
    """
    others = User.objects.filter(is_superuser=True, is_active=True)
    alone = Q(person__is_superuser=True) & ~Exists(others.exclude(pk=OuterRef("person")))
    lower = Q() if by.is_superuser else Q(rank__lt=STAFF) | alone
    found: CaseQuerySet = ranked.filter(lower).exclude(person=by.pk)
    return found


def below(rank: int, found: list[tuple[int, dict[str, int]]]) -> Queue:
    """What waits for somebody of this rank, of what `waiting_in` found for a room."""
    mine = [row for lower, row in found if lower < rank]
    return _waiting({key: sum(row[key] for row in mine) for key in STAMP})


def _waiting(found: dict[str, int]) -> Queue:
    if not found["count"]:
        return Queue()
    return Queue(found["count"], f"{found['count']}.{found['keys']}.{found['moved']}")


class Case(models.Model):
    """All that was reported of one person in one room and is not decided yet; or an appeal.

    `room` None is the site. `person` None is somebody who has gone. Who may see and decide a case
    follows from what its person is now (`for_room`, `for_site`), so that somebody just promoted
    is out of the reach of those who are no longer above them. `moves` grows with every change.
    An appeal has a `sanction` or a `suspension`, once for each, and what was answered to it.
    """

    room = models.ForeignKey(
        Room, null=True, on_delete=models.CASCADE, related_name="cases", verbose_name=_("room")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="cases",
        verbose_name=_("person"),
    )
    opened_at = models.DateTimeField(_("reported"), default=timezone.now)
    moves = models.PositiveIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    sanction = models.OneToOneField(
        Sanction, null=True, on_delete=models.CASCADE, related_name="appeal"
    )
    suspension = models.OneToOneField(
        Suspension, null=True, on_delete=models.CASCADE, related_name="appeal"
    )
    answer = models.TextField(_("answer"), blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("decided by"),
    )
    verdict = models.CharField(_("decision"), max_length=10, choices=Verdict, blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("report or appeal"), _("reports and appeals")
        constraints = (
            models.UniqueConstraint(
                fields=["room", "person"],
                condition=Q(closed_at=None, sanction=None),
                name="case_once_in_room",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(room=None, closed_at=None, suspension=None),
                name="case_once_on_site",
            ),
        )
        indexes = (
            models.Index(fields=["room", "id"], condition=Q(closed_at=None), name="case_open"),
            models.Index(fields=["id"], condition=Q(closed_at=None), name="case_open_anywhere"),
            models.Index(
                fields=["id"],
                condition=Q(sanction__isnull=False) | Q(suspension__isnull=False),
                name="case_appeal",
            ),
            models.Index(
                fields=["closed_at"],
                condition=Q(closed_at__isnull=False, sanction=None, suspension=None),
                name="case_closed",
            ),
        )

    def __str__(self) -> str:
        about = self.person.name if self.person else str(_("a former member"))
        if self.room is None:
            return about
        return gettext("%(name)s in %(room)s") % {"name": about, "room": self.room}

    @property
    def is_appeal(self) -> bool:
        return self.sanction_id is not None or self.suspension_id is not None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_beyond(self, user: User) -> bool:
        """Whether this person may see it, and only another administrator decide it."""
        about = self.person
        return about is not None and about.is_superuser and not user.is_superuser

    def held_by_another(self, user: User) -> bool:
        """Whether somebody else has it, and took it not too long ago."""
        taken = self.claimed_at is not None and self.claimed_at > timezone.now() - CLAIM
        return taken and self.claimed_by_id not in (None, user.pk)

    @property
    def is_held(self) -> bool:
        now = timezone.now()
        return self.claimed_by_id is not None and (self.claimed_at or now) > now - CLAIM

    def belongs_to_site(self, rank: int) -> bool:
        """Whether the site's staff decide it; `rank` is what `ranked` says of its person."""
        nobodys = self.room is None or self.room.is_direct
        return nobodys or self.escalated_at is not None or rank >= OWNER

    @property
    def is_over(self) -> bool:
        """Whether it answers to what was lifted, or has ended, in the meantime."""
        against = self.sanction or self.suspension
        return against is not None and not against.stands

    def verdicts(self, *, by_site: bool) -> list[Verdict]:
        """What may be decided of it, by a room's moderators or by the site's staff."""
        if self.is_over:
            return [Verdict.DISMISS]
        if self.is_appeal:
            return [Verdict.UPHOLD, Verdict.LIFT, *([] if by_site else [Verdict.ESCALATE])]
        offered = [Verdict.KEEP]
        if self.room_id:
            offered.append(Verdict.REMOVE)
        if self.room and self.person_id and not self.room.is_direct:
            offered += [Verdict.MUTE, Verdict.BAN]
        if by_site and self.person_id:
            offered.append(Verdict.SUSPEND)
        return [*offered, Verdict.DISMISS, *([] if by_site else [Verdict.ESCALATE])]

    @property
    def area(self) -> str:
        """Where the log tells of it: on somebody who moderates, not under their eyes; of a
        conversation, which nobody moderates, where the site's staff read it."""
        rank: int = getattr(self, "rank", 0)
        if self.room is None or self.room.is_direct or rank >= MODERATOR:
            return SITE
        return self.room.area
