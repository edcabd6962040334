"""Report what somebody said or who somebody is; see `cases` for what becomes of it."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from rooms.actions.cases import lock_people, move
from rooms.actions.messages import GONE
from rooms.errors import Invalid, Purged, Refused, TooMany
from rooms.markup import clean
from rooms.models import Case, Membership, Message, Report, ReportKind, Room, Sanction

log = logging.getLogger("hubbub.reports")

A_WHILE = timedelta(hours=1)
MOST = 10  # reports of one person within that
LONGEST_COMMENT = 500


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
            raise Refused(GONE)
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
            lock_people(by.pk, person.pk)
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
        lock_people(by.pk)
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
    move(case)
    if not somebody_looks_at(case):
        log.warning("Report %s is on the only one who looks after the site: read it.", made.pk)
    return made
