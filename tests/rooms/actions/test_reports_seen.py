"""That a report comes before somebody's eyes, also one on whom nobody stands above."""

import logging
from functools import partial

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.errors import Refused
from rooms.models import Case, Membership, Report, Room
from tests.conftest import signed_in

ABOUT = {"kind": "harassment", "comment": "writes to me"}


def test_other_staff_see_what_is_on_the_only_administrator_and_another_decides_it(
    mallory: User, ada: User, sam: User
) -> None:
    case = actions.reports.report_person(by=mallory, person=ada, room=None, **ABOUT).case
    assert list(Case.objects.for_site(sam)) == [case]
    assert list(Case.objects.for_site(ada)) == []
    assert Case.objects.for_site(sam).waiting().count == 1
    page = signed_in(sam).get(f"/staff/reports/{case.pk}/").text
    assert "Only another administrator decides this" in page
    assert 'name="verdict"' not in page
    for act in (actions.cases.claim, partial(actions.cases.decide, verdict="dismiss")):
        with pytest.raises(Refused, match="Only another administrator"):
            act(user=sam, case=case, by_site=True)
    mallory.is_superuser = mallory.is_staff = True
    mallory.save()
    assert list(Case.objects.for_site(sam)) == []
    actions.cases.decide(user=mallory, case=case, verdict="dismiss", by_site=True)


def test_where_nobody_is_left_to_see_it_the_reporter_is_told_and_the_operator_reads_it(
    as_mallory: Client, ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "hubbub.reports"):
        answer = as_mallory.post("/people/ada/report/", ABOUT, follow=True)
    assert "nobody else can see it here" in answer.text
    assert f"Report {Report.objects.get().pk} is on the only one" in caplog.text


def test_with_others_to_see_it_nothing_is_said_of_that(
    as_mallory: Client, ada: User, sam: User, caplog: pytest.LogCaptureFixture
) -> None:
    answer = as_mallory.post("/people/ada/report/", ABOUT, follow=True)
    assert "you will be told what came of it" in answer.text
    assert caplog.text == ""


def test_whoever_was_never_in_a_room_is_not_reported_to_its_moderators(
    lobby: Room, bob: User, mallory: User, sam: User
) -> None:
    with pytest.raises(Refused, match="never in this room"):
        actions.reports.report_person(by=bob, person=mallory, room=lobby, **ABOUT)
    Membership.objects.create(room=lobby, user=mallory, role="member")
    actions.messages.post(room=lobby, author=mallory, text="hello")
    Membership.objects.filter(user=mallory).delete()
    actions.reports.report_person(by=bob, person=mallory, room=lobby, **ABOUT)
