"""Who reports what or whom, and what is kept of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from rooms import actions
from rooms.errors import Invalid, Refused, TooMany
from rooms.models import Case, Message, Report, Room
from tests.rooms.cases import decide, desk, mine, queue, report, say, told


def test_a_report_keeps_what_was_said(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message, "an advertisement")
    actions.messages.edit(member=mine(bob, lobby), message=message, text="hello everybody")
    kept = Report.objects.get()
    assert (kept.text, kept.seq, kept.comment) == ("buy cheap watches", 1, "an advertisement")
    assert (case.person, case.room, kept.reporter) == (bob, lobby, mallory)


def test_reports_on_one_person_are_one_case_until_it_is_decided(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    first, second = say(lobby, bob), say(lobby, bob)
    case = report(lobby, mallory, first)
    assert report(lobby, alice, first) == case == report(lobby, mallory, second)
    decide(carol, case, "keep")
    assert report(lobby, alice, second) != case
    assert Report.objects.filter(case=case).count() == 3


def test_once_for_each_reader_and_message(lobby: Room, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message)
    with pytest.raises(Refused, match="reported this message already"):
        report(lobby, mallory, message)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(case=case, reporter=mallory, message=message, kind="spam", seq=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(room=lobby, person=bob)
    assert Report.objects.count() == 1


def test_what_cannot_be_reported(lobby: Room, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    for kind in ("", "SPAM", "x" * 300):
        with pytest.raises(Invalid, match="what is wrong"):
            actions.reports.report_message(by=mine(mallory, lobby), message=message, kind=kind)
    with pytest.raises(Invalid, match="at most 500"):
        report(lobby, mallory, message, "x" * 501)
    with pytest.raises(Invalid, match="wrote this yourself"):
        report(lobby, bob, message)
    with pytest.raises(Invalid, match="cannot report yourself"):
        actions.reports.report_person(by=bob, person=bob, room=None, kind="spam", comment="me")
    with pytest.raises(Invalid, match="what this person did"):
        actions.reports.report_person(by=mallory, person=bob, room=None, kind="spam")
    actions.removals.remove(member=mine(bob, lobby), message=message)
    with pytest.raises(Refused, match="not there any more"):
        report(lobby, mallory, message)
    assert not Case.objects.exists()


def test_ten_within_an_hour_and_then_a_sentence_that_says_when(
    lobby: Room, bob: User, mallory: User, alice: User
) -> None:
    said = [say(lobby, bob, f"buy watch number {number}") for number in range(11)]
    for message in said[:10]:
        report(lobby, mallory, message)
    with pytest.raises(TooMany, match=r"10 things within an hour\. Try again at \d\d:\d\d"):
        report(lobby, mallory, said[10])
    with pytest.raises(TooMany):
        actions.reports.report_person(by=mallory, person=bob, room=None, kind="spam", comment="x")
    report(lobby, alice, said[10])
    Report.objects.update(made_at=timezone.now() - timedelta(hours=1))
    report(lobby, mallory, said[10])


def test_a_person_is_reported_to_a_room_or_to_the_site(
    lobby: Room, bob: User, carol: User, mallory: User, sam: User
) -> None:
    about = {"by": mallory, "person": bob, "kind": "harassment", "comment": "writes to me"}
    there = actions.reports.report_person(room=lobby, **about).case  # type: ignore[arg-type]
    site = actions.reports.report_person(room=None, **about).case  # type: ignore[arg-type]
    assert (queue(carol, lobby), desk(sam)) == ([there], [site])
    for room in (lobby, None):
        with pytest.raises(Refused, match="this person already"):
            actions.reports.report_person(room=room, **about)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        decide(sam, site, "ban", by_site=True)
    decide(sam, site, "dismiss", by_site=True)
    assert told(bob) == []


def test_a_report_outlives_the_account_that_it_is_about(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    actions.leaving.leave(person=bob, erase=False)
    while actions.leaving.step():
        continue
    (left,) = queue(carol, lobby)
    assert (left, left.person) == (case, None)
    assert left.reports.get().text == "buy cheap watches"
    decide(carol, left, "remove")


def test_a_report_outlives_what_the_room_keeps_no_longer(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    Message.objects.all().delete()
    assert case.reports.get().text == "buy cheap watches"
    with pytest.raises(Refused, match="nothing left to remove"):
        decide(carol, case, "remove")
    decide(carol, case, "ban")


@pytest.mark.django_db(transaction=True)
def test_the_same_report_many_times_at_once_is_made_once(
    lobby: Room, bob: User, mallory: User, alice: User
) -> None:
    message = say(lobby, bob)
    told: list[str] = []

    def press(by: User) -> None:
        try:
            report(lobby, by, message)
            told.append("done")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        for by in (mallory, alice) * 3:
            pool.submit(press, by)
    assert sorted(told) == ["You have reported this message already."] * 4 + ["done"] * 2
    assert (Report.objects.count(), Case.objects.count()) == (2, 1)
