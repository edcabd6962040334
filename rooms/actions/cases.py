"""Decide what becomes of what was reported, and of an answer to a sanction."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actions import audit, notices
from accounts.actions import sanctions as site_sanctions
from accounts.models import FOREVER, Suspension, User
from rooms import durations
from rooms.actions import removals, sanctions
from rooms.errors import Invalid, Refused
from rooms.markup import clean
from rooms.models import Case, Measure, Membership, Message, Room, Verdict
from rooms.models.sanctions import with_reason
from rooms.realtime import events

KEPT = timedelta(days=180)
AT_ONCE = 200
OVER = gettext_lazy("That is over or was lifted already: the answer can only be closed.")


def claim(*, user: User, case: Case, by_site: bool = False) -> Case:
    """Take a case, so that others leave it alone for an hour. Raises Refused."""
    with transaction.atomic():
        _me, case = _take(user, case, by_site)
        case.claimed_by, case.claimed_at = user, timezone.now()
        move(case, "claimed_by", "claimed_at")
    return case


def release(*, user: User, case: Case, by_site: bool = False) -> Case:
    """Give a case back that one has; nothing happens to one that nobody has. Raises Refused."""
    with transaction.atomic():
        _me, case = _take(user, case, by_site)
        case.claimed_by = case.claimed_at = None
        move(case, "claimed_by", "claimed_at")
    return case


def decide(
    *,
    user: User,
    case: Case,
    verdict: str,
    seconds: str = "",
    reason: str = "",
    by_site: bool = False,
) -> Case:
    """Say what becomes of a case, do it, and tell those whom it concerns: all of it or nothing.

    Under the locks of the room and of the case, by what everybody is at that moment. `seconds` is
    how long a mute, a ban or a suspension lasts. Raises Invalid or Refused.
    """
    reason = clean(reason)[:250]
    with transaction.atomic():
        me, case = _take(user, case, by_site)
        if case.is_over and verdict != Verdict.DISMISS:
            raise Refused(OVER)
        if verdict not in case.verdicts(by_site=by_site):
            raise Invalid(_("Please choose what is to be done."))
        if verdict == Verdict.ESCALATE:
            return _escalate(case, user, reason)
        _carry_out(case, me, user, Verdict(verdict), seconds, reason)
        case.closed_at, case.closed_by = timezone.now(), user
        case.verdict, case.reason = verdict, reason
        move(case, "closed_at", "closed_by", "verdict", "reason")
        _record(
            gettext_noop("decided appeal") if case.is_appeal else gettext_noop("decided report"),
            case,
            user,
            reason,
        )
        _tell(case)
    return case


def forget() -> bool:
    """Delete what was reported and decided long ago, some at a time; whether there was any.

    The log keeps what was decided. An appeal stays, as there is one for each sanction.
    """
    long_ago = timezone.now() - KEPT
    old = Case.objects.filter(closed_at__lt=long_ago, sanction=None, suspension=None)
    pks = list(old.order_by("closed_at").values_list("pk", flat=True)[:AT_ONCE])
    if pks:
        Case.objects.filter(pk__in=pks).delete()
    return bool(pks)


def move(case: Case, *fields: str) -> None:
    """Store what changed, and say so on the pages that show it."""
    case.moves += 1
    case.save(update_fields=[*fields, "moves"])
    events.cases_changed(case.room_id)


def lock_people(*pks: int) -> None:
    """Where there is no room to lock: before any case or suspension, as whoever suspends does."""
    list(User.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _take(user: User, case: Case, by_site: bool) -> tuple[Membership | None, Case]:
    """The case and what the person is, as they are now, locked. Raises Refused."""
    room = Room.lock(case.room_id) if case.room_id else None
    if room is None:
        lock_people(user.pk, *([case.person_id] if case.person_id else []))
    me = Membership.objects.now(room, user)[0] if room else None
    rows = Case.objects.select_for_update(of=("self",))
    if by_site:
        found = rows.for_site(User.objects.get(pk=user.pk))
    else:
        found = rows.for_room(me) if me else rows.none()
    current = found.filter(pk=case.pk).first()
    if current is None:
        raise Refused(_("That is not yours to decide any more."))
    if not current.is_open:
        by = current.closed_by.name if current.closed_by else _("Somebody")
        done = {"name": by, "verdict": current.get_verdict_display()}
        raise Refused(_("%(name)s has decided this already. %(verdict)s.") % done)
    if current.is_beyond(user):
        raise Refused(_("Only another administrator decides this: it waits until there is one."))
    if current.held_by_another(user):
        holder = current.claimed_by.name if current.claimed_by else ""
        raise Refused(_("%(name)s has this at the moment.") % {"name": holder})
    current.room = room
    return me, current


def _escalate(case: Case, user: User, reason: str) -> Case:
    case.escalated_at = timezone.now()
    case.claimed_by = case.claimed_at = None
    move(case, "escalated_at", "claimed_by", "claimed_at")
    _record(gettext_noop("handed report on"), case, user, reason)
    return case


def _carry_out(
    case: Case, me: Membership | None, user: User, verdict: Verdict, seconds: str, reason: str
) -> None:
    if verdict == Verdict.LIFT:
        _lift(case, me, user, reason)
    elif verdict in (Verdict.REMOVE, Verdict.MUTE, Verdict.BAN, Verdict.SUSPEND):
        found = me is not None and _remove(case, me, reason)
        if verdict == Verdict.REMOVE and not found:
            raise Refused(_("There is nothing left to remove: its author or somebody else did."))
        _sanction(case, me, user, verdict, seconds, reason)


def _remove(case: Case, me: Membership, reason: str) -> bool:
    """Take away all reported messages that stand; whether there were any."""
    standing = Message.objects.filter(reports__case=case.pk, removed_at=None).distinct()
    found = list(standing)
    if not found or case.person is None:
        for message in found:
            removals.remove(member=me, message=message, reason=reason)
        return bool(found)
    (author,) = Membership.objects.now(me.room, case.person)
    seqs = [message.seq for message in found]
    removals.remove_many(by=me, author=author, seqs=seqs, reason=reason)
    return True


def _sanction(
    case: Case, me: Membership | None, user: User, verdict: Verdict, seconds: str, reason: str
) -> None:
    if case.person is None:
        return
    if verdict == Verdict.SUSPEND:
        until = durations.end(seconds)
        ends = None if until >= FOREVER else until
        site_sanctions.suspend(by=user, person=case.person, until=ends, reason=reason)
    elif verdict in (Verdict.MUTE, Verdict.BAN) and me is not None:
        (them,) = Membership.objects.now(me.room, case.person)
        act = sanctions.mute if verdict == Verdict.MUTE else sanctions.ban
        act(by=me, member=them, seconds=seconds, reason=reason)


def _lift(case: Case, me: Membership | None, user: User, reason: str) -> None:
    against = case.sanction or case.suspension
    if case.person is None:
        raise Refused(OVER)
    if isinstance(against, Suspension):
        site_sanctions.lift(by=user, person=case.person, reason=reason)
    elif against is not None and me is not None:
        (them,) = Membership.objects.now(me.room, case.person)
        act = sanctions.unmute if against.measure == Measure.MUTE else sanctions.unban
        act(by=me, member=them, reason=reason)


def _record(verb: str, case: Case, user: User, reason: str) -> None:
    """In the log. Why, of somebody who reads the log, stands in the case alone."""
    after = {"verdict": case.verdict} if case.verdict else {}
    if case.person and case.person.is_in_charge:
        reason = ""
    audit.record(by=user, verb=verb, area=case.area, target=case.person, reason=reason, after=after)


def _tell(case: Case) -> None:
    """To those who reported what came of it, to whom it was about what concerns them."""
    person = [case.person] if case.person else []
    if case.is_appeal:
        if case.verdict == Verdict.UPHOLD:
            notices.tell(people=person, text=partial(_of_appeal, case))
        return
    reporters = case.reports.exclude(reporter=None).values_list("reporter", flat=True)
    notices.tell(people=set(reporters.order_by()), text=partial(_to_reporters, case))
    if case.verdict in (Verdict.REMOVE, Verdict.KEEP):
        notices.tell(people=person, text=partial(_to_reported, case))


def _of_appeal(case: Case) -> str:
    told = _("Your answer about “%(where)s” was read: what was decided stays.")
    return with_reason(told % _where(case), case.reason)


def _to_reporters(case: Case) -> str:
    if case.verdict in (Verdict.KEEP, Verdict.DISMISS):
        told = _("What you reported in “%(where)s” was looked at, and stays as it is. Thank you.")
    else:
        told = _("What you reported in “%(where)s” was looked at, and acted upon. Thank you.")
    return told % _where(case)


def _to_reported(case: Case) -> str:
    if case.verdict == Verdict.KEEP:
        told = _("You were reported in “%(where)s”. It was looked at: nothing is wrong with it.")
        return told % _where(case)
    told = _("What you wrote in “%(where)s” was removed after somebody reported it.")
    return with_reason(told % _where(case), case.reason)


def _where(case: Case) -> dict[str, str]:
    # Of a conversation only the other one can have reported it.
    public = case.room is not None and not case.room.is_direct
    return {"where": case.room.name if case.room and public else _("this site")}
