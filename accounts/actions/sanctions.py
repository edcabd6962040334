"""Keep people out of the site, and let them in again."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import languages, signals
from accounts.actions import audit, notices, sessions
from accounts.actions.standing import lock
from accounts.errors import Invalid
from accounts.models import FOREVER, Suspension, User

LONGEST = timedelta(days=3660)


def suspend(*, by: User, person: User, until: datetime | None, reason: str = "") -> Suspension:
    """Keep `person` out until a moment, or (None) for ever; all their sessions and sockets end.
    Their invitations are withdrawn.

    Takes the place of a suspension that stands; the very same again changes nothing. Raises
    Invalid for a moment that is past or ten years away, Refused for somebody who may not.
    """
    _check_moment(until)
    reason = reason.replace("\x00", "").strip()[:500]
    with transaction.atomic():
        by, person = lock(by, person)
        standing = person.suspensions.standing().order_by("-pk").first()
        if standing and (standing.by_id, standing.until, standing.reason) == (by.pk, until, reason):
            return standing
        _end_standing(by, person)
        made = Suspension.objects.create(person=person, by=by, until=until, reason=reason)
        person.suspended_until = until or FOREVER
        person.save(update_fields=["suspended_until"])
        person.invitations.filter(revoked_at=None).update(revoked_at=timezone.now())
        with languages.to(person):
            sessions.end_all(person, notice=made.sentence)
        audit.record(
            by=by,
            verb=gettext_noop("suspended") if until else gettext_noop("banned"),
            target=person,
            reason=reason,
            before={"until": standing.until if standing else None},
            after={"until": until or "for ever"},
        )
        if until is None:
            signals.banned.send(sender=None, user=person, by=by)
    return made


def lift(*, by: User, person: User, reason: str = "") -> None:
    """Let `person` in again, and tell them why. Raises Invalid where nothing keeps them out, and
    Refused as above."""
    with transaction.atomic():
        by, person = lock(by, person)
        if not person.is_suspended:
            raise Invalid(_("%(name)s is not suspended.") % {"name": person.name})
        before = person.suspended_until
        _end_standing(by, person)
        person.suspended_until = None
        person.save(update_fields=["suspended_until"])
        audit.record(
            by=by,
            verb=gettext_noop("lifted suspension"),
            target=person,
            reason=reason,
            before={"until": "for ever" if before == FOREVER else before},
        )
        notices.tell(people=[person], text=partial(_let_in, reason))


def _let_in(reason: str) -> str:
    told = _("You may use your account again.")
    why = _("Reason: %(reason)s") % {"reason": reason}
    return f"{told} {why}" if reason else told


def _check_moment(until: datetime | None) -> None:
    now = timezone.now()
    if until is not None and until <= now:
        raise Invalid(_("Please choose a day that is yet to come."))
    if until is not None and until > now + LONGEST:
        raise Invalid(_("Please choose a day within the next ten years, or ban for ever."))


def _end_standing(by: User, person: User) -> None:
    person.suspensions.standing().update(lifted_at=timezone.now(), lifted_by=by)
