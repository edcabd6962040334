"""Report what somebody said or who somebody is, and decide what becomes of it."""

import logging
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actions import audit, notices
from accounts.actions import sanctions as site_sanctions
from accounts.models import FOREVER, SITE, Suspension, User
from rooms import durations
from rooms.actions import messages, sanctions
from rooms.errors import Invalid, Purged, Refused, TooMany
from rooms.markup import clean
from rooms.models import (
    Case,
    Measure,
    Membership,
    Message,
    Report,
    ReportKind,
    Room,
    Sanction,
    Verdict,
)
from rooms.models.sanctions import with_reason
from rooms.realtime import events

log = logging.getLogger("hubbub.reports")

A_WHILE = timedelta(hours=1)
MOST = 10  # reports of one person within that
LONGEST_COMMENT = 500
LONGEST_ANSWER = 2_000
KEPT = timedelta(days=180)
AT_ONCE = 200
OVER = gettext_lazy("That is over or was lifted already: the answer can only be closed.")


def report_message(*, by: Membership, message: Message, kind: str, comment: str = "") -> Report:
    """Say that a message is not as it should be; its text is kept as it is now.

    Once for each reader and message. Raises Invalid, Refused or TooMany.
    """
    kind, comment = _checked(kind, comment)
    with transaction.atomic():
        room = Room.lock(by.room_id)
        now = Message.objects.select_related("author").filter(pk=message.pk).first()
        if now is None:
            raise Refused(str(Purged.sentence))
        if now.author_id == by.user_id:
            raise Invalid(_("You wrote this yourself: you can remove it."))
        if now.is_removed:
            raise Refused(messages.GONE)
        if Report.objects.filter(reporter=by.user_id, message=now.pk).exists():
            raise Refused(_("You have reported this message already."))
        case = _case(by.user, room, now.author)
        return _report(
            case, by.user, kind, comment, message=now, seq=now.seq, text=now.in_words,
            said_at=now.created_at,
        )  # fmt: skip


def report_person(
    *, by: User, person: User, room: Room | None, kind: str, comment: str = ""
) -> Report:
    """Say that a person is not as they should be, in a room that `by` may read or on the site.

    Once for each reader, until it is decided. Raises Invalid, Refused or TooMany.
    """
    kind, comment = _checked(kind, comment)
    if by.pk == person.pk:
        raise Invalid(_("You cannot report yourself."))
    if not comment:
        raise Invalid(_("Please say what this person did: nobody can see it from here."))
    with transaction.atomic():
        if room is not None:
            room = Room.lock(room.pk)
            if not _was_in(room, person):
                told = _("%(name)s was never in this room. Report them to the whole site instead.")
                raise Refused(told % {"name": person.name})
        else:
            _lock_people(by.pk, person.pk)
        case = _case(by, room, person)
        if case.reports.filter(reporter=by.pk, seq=None).exists():
            raise Refused(_("You have reported this person already."))
        return _report(case, by, kind, comment)


def somebody_looks_at(case: Case) -> bool:
    """Whether anybody but its person can see this case: the only one who looks after the site is
    nobody's to judge. One query at most."""
    if case.person is None or not case.person.is_in_charge:
        return True
    staff = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)
    return staff.exclude(pk=case.person.pk).exists()


def claim(*, user: User, case: Case, by_site: bool = False) -> Case:
    """Take a case, so that others leave it alone for an hour. Raises Refused."""
    with transaction.atomic():
        _me, case = _take(user, case, by_site)
        case.claimed_by, case.claimed_at = user, timezone.now()
        _move(case, "claimed_by", "claimed_at")
    return case


def release(*, user: User, case: Case, by_site: bool = False) -> Case:
    """Give a case back that one has; nothing happens to one that nobody has. Raises Refused."""
    with transaction.atomic():
        _me, case = _take(user, case, by_site)
        case.claimed_by = case.claimed_at = None
        _move(case, "claimed_by", "claimed_at")
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
        _move(case, "closed_at", "closed_by", "verdict", "reason")
        _record(
            gettext_noop("decided appeal") if case.is_appeal else gettext_noop("decided report"),
            case,
            user,
            reason,
        )
        _tell(case)
    return case


def appeal(*, person: User, against: Sanction | Suspension, text: str) -> Case:
    """Answer to what one was sanctioned with, once. Raises Invalid or Refused."""
    text = clean(text)
    if not text:
        raise Invalid(_("Write something first."))
    if len(text) > LONGEST_ANSWER:
        raise Invalid(_("An answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    with transaction.atomic():
        if isinstance(against, Sanction):
            Room.lock(against.room_id)
        else:
            _lock_people(person.pk)
        now = type(against).objects.select_for_update().get(pk=against.pk)
        if now.person_id != person.pk or not now.stands:
            raise Refused(_("That is over: there is nothing to answer to any more."))
        in_room = isinstance(now, Sanction)
        key = {"sanction": now} if in_room else {"suspension": now}
        if Case.objects.filter(**key).exists():
            raise Refused(_("You have answered already."))
        room = now.room if isinstance(now, Sanction) else None
        case = Case.objects.create(room=room, person=person, answer=text, moves=1, **key)
        audit.record(
            by=person,
            verb=gettext_noop("appealed"),
            area=room.area if room else SITE,
            target=person,
            subject=str(now) if in_room else "",
        )
        events.cases_changed(room.pk if room else None)
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


def _checked(kind: str, comment: str) -> tuple[str, str]:
    comment = clean(comment)
    if kind not in ReportKind.values:
        raise Invalid(_("Please choose what is wrong."))
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(_("A comment has at most %(most)d characters.") % {"most": LONGEST_COMMENT})
    return kind, comment


def _was_in(room: Room, person: User) -> bool:
    """Whether somebody is in a room, was kept out of it or has said something there."""
    return (
        Membership.objects.filter(room=room, user=person).exists()
        or Sanction.objects.filter(room=room, person=person).exists()
        or Message.objects.filter(author=person, room=room).exists()
    )


def _case(by: User, room: Room | None, person: User | None) -> Case:
    """The open case on this person there, or a new one, under the room's or the person's lock.

    Raises TooMany for who has reported too much lately, counted under the lock of their own row.
    """
    if room is not None:
        _lock_people(by.pk)
    lately = Report.objects.lately(by, timezone.now() - A_WHILE).order_by("-pk")[:MOST]
    times = list(lately.values_list("made_at", flat=True))
    if len(times) == MOST:
        again = date_format(timezone.localtime(times[-1] + A_WHILE), "H:i")
        told = _("You have reported %(most)d things within an hour. Try again at %(time)s.")
        raise TooMany(told % {"most": MOST, "time": again})
    there = Case.objects.open().filter(room=room, person=person, sanction=None, suspension=None)
    mine = there.select_for_update().first()
    return mine or Case.objects.create(room=room, person=person)


def _report(case: Case, by: User, kind: str, comment: str, **about: object) -> Report:
    made = Report.objects.create(case=case, reporter=by, kind=kind, comment=comment, **about)
    _move(case)
    if not somebody_looks_at(case):
        log.warning("Report %s is on the only one who looks after the site: read it.", made.pk)
    return made


def _move(case: Case, *fields: str) -> None:
    """Store what changed, and say so on the pages that show it."""
    case.moves += 1
    case.save(update_fields=[*fields, "moves"])
    events.cases_changed(case.room_id)


def _take(user: User, case: Case, by_site: bool) -> tuple[Membership | None, Case]:
    """The case and what the person is, as they are now, locked. Raises Refused."""
    room = Room.lock(case.room_id) if case.room_id else None
    if room is None:
        _lock_people(user.pk, *([case.person_id] if case.person_id else []))
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


def _lock_people(*pks: int) -> None:
    """Where there is no room to lock: before any case or suspension, as whoever suspends does."""
    list(User.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _escalate(case: Case, user: User, reason: str) -> Case:
    case.escalated_at = timezone.now()
    case.claimed_by = case.claimed_at = None
    _move(case, "escalated_at", "claimed_by", "claimed_at")
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
            messages.remove(member=me, message=message, reason=reason)
        return bool(found)
    (author,) = Membership.objects.now(me.room, case.person)
    seqs = [message.seq for message in found]
    messages.remove_many(by=me, author=author, seqs=seqs, reason=reason)
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
