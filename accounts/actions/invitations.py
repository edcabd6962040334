"""Make, withdraw and use links that let people in."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts import signals
from accounts.actions import audit
from accounts.errors import Invalid, Refused
from accounts.models import SITE, Invitation, InvitationUse, User

MOST_USES = 1000
MOST_DAYS = 365
STAFF_ONLY = gettext_lazy("Only the site's staff can do this.")


def make(
    *,
    by: User,
    days: str,
    uses: str,
    note: str = "",
    room_key: str = "",
    area: str = SITE,
) -> Invitation:
    """A link for `uses` people within `days` days, both as they were typed.

    With a `room_key` the rooms have asked whether `by` may invite there; staff's alone make
    accounts possible where sign-up is not open. Raises Invalid or Refused.
    """
    if not by.is_in_charge and not room_key:
        raise Refused(STAFF_ONLY)
    lasts = _number(days, MOST_DAYS, _("An invitation lasts for 1 to 365 days."))
    count = _number(uses, MOST_USES, _("An invitation is for 1 to 1,000 people."))
    with transaction.atomic():
        made = Invitation.objects.create(
            made_by=by,
            expires_at=timezone.now() + timedelta(days=lasts),
            uses=count,
            room_key=room_key,
            opens_signup=by.is_in_charge,
            note=note.replace("\x00", "").strip()[:100],
        )
        after = {"uses": count, "until": made.expires_at}
        audit.record(
            by=by, verb=gettext_noop("made invitation"), area=area, subject=str(made), after=after
        )
    return made


def revoke(*, by: User, invitation: Invitation, area: str = SITE) -> None:
    """Nobody comes in by it any more; those who did stay. The caller asked whether `by` may.

    Withdrawing twice is withdrawing once.
    """
    with transaction.atomic():
        unended = Invitation.objects.filter(pk=invitation.pk, revoked_at=None)
        if unended.update(revoked_at=timezone.now()):
            audit.record(
                by=by, verb=gettext_noop("withdrew invitation"), area=area, subject=str(invitation)
            )


def accept(*, person: User, token: str) -> None:
    """Somebody who has an account comes in. Raises Refused, in words for whoever has the link."""
    with transaction.atomic():
        invitation = lock(token)
        if invitation is None:
            raise Refused(_("There is no such invitation."))
        if person.invitations_used.filter(invitation=invitation).exists():
            return
        if invitation.problem:
            raise Refused(invitation.problem)
        use(invitation=invitation, person=person)


def lock(token: str) -> Invitation | None:
    """The invitation as it is now, locked until the transaction ends."""
    rows = Invitation.objects.select_for_update()
    return rows.filter(token=token.replace("\x00", "")).first()


def use(*, invitation: Invitation, person: User) -> None:
    """Take one use of a locked invitation, and say so to whoever owns the place."""
    Invitation.objects.filter(pk=invitation.pk).update(used=F("used") + 1)
    InvitationUse.objects.create(invitation=invitation, person=person)
    signals.invited.send(sender=None, user=person, room_key=invitation.room_key)


def _number(typed: str, most: int, otherwise: str) -> int:
    if typed.isascii() and typed.isdigit() and len(typed) < 9 and 1 <= int(typed) <= most:
        return int(typed)
    raise Invalid(otherwise)
