"""Reports and appeals, in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import actions
from rooms.models import Case, Message, Report, Room, Sanction
from tests.accounts.test_admin import act
from tests.rooms.cases import mine


def test_reports_are_dismissed_and_handed_on_in_bulk(
    lobby: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    said = [actions.messages.post(room=lobby, author=each, text="spam") for each in (alice, bob)]
    by = mine(mallory, lobby)
    on_alice, on_bob = (
        actions.reports.report_message(by=by, message=each, kind="spam").case for each in said
    )
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"/staff/reports/{on_alice.pk}/" in page
    assert f"/rooms/lobby/reports/{on_bob.pk}/" in page
    page = act(as_grace, "rooms/case", "escalate", on_alice, on_bob)
    assert "Done: 1." in page
    assert "Please choose what is to be done." in page
    assert "Done: 2." in act(as_grace, "rooms/case", "dismiss", on_alice, on_bob, reason="Fine")
    assert not Case.objects.open().exists()
    assert AuditEntry.objects.filter(verb="decided report", reason="Fine").count() == 2


def test_what_staff_may_not_read_of_is_not_there(
    den: Room, alice: User, bob: User, grace: User, lobby: Room, as_grace: Client, as_ada: Client
) -> None:
    secret = actions.messages.post(room=den, author=bob, text="a secret of the den")
    hidden = actions.reports.report_message(by=mine(alice, den), message=secret, kind="other").case
    on_staff = actions.reports.report_person(
        by=bob, person=grace, room=None, kind="other", comment="an unfair judge"
    ).case
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"case/{hidden.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" in as_ada.get("/admin/rooms/case/").content.decode()
    for case in (hidden, on_staff):
        assert as_grace.get(f"/admin/rooms/case/{case.pk}/change/").status_code == 302
        act(as_grace, "rooms/case", "dismiss", case)
        case.refresh_from_db()
        assert case.is_open


def test_cases_are_decided_in_bulk_as_in_their_queue(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client
) -> None:
    by = mine(mallory, lobby)
    said = {
        each: actions.messages.post(room=lobby, author=each, text="spam") for each in (bob, carol)
    }
    cases = [
        actions.reports.report_message(by=by, message=message, kind="spam").case
        for message in said.values()
    ]
    page = act(as_grace, "rooms/case", "uphold", *cases)
    assert "Please choose what is to be done." in page
    assert "Done: 2." in act(as_grace, "rooms/case", "mute", *cases, seconds="600", reason="Spam")
    assert not Message.objects.filter(removed_at=None).exists()
    assert mine(bob, lobby).is_muted
    assert mine(carol, lobby).is_muted
    mute = Sanction.objects.get(person=bob)
    answer = actions.appeals.appeal(person=bob, against=mute, text="It was not me.")
    assert "has decided this already" in act(as_grace, "rooms/case", "keep", cases[0])
    assert "Done: 1." in act(as_grace, "rooms/case", "lift", answer)
    assert not mine(bob, lobby).is_muted


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", "bob carol"),
        ("state=closed", "mallory"),
        ("what=appeal", "carol"),
        ("what=spam", "bob mallory"),
        ("what=harassment", ""),
        ("what=spam&state=open", "bob"),
        ("q=lobby&what=spam", "bob mallory"),
    ],
)
def test_reports_are_filtered(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client, asked: str,
    found: str,
) -> None:  # fmt: skip
    mute = Sanction.objects.create(
        room=lobby, person=carol, measure="mute", until=timezone.now() + timedelta(hours=1)
    )
    for person_, closed, appealed in (
        (bob, None, None),
        (mallory, timezone.now(), None),
        (carol, None, mute),
    ):
        case = Case.objects.create(room=lobby, person=person_, closed_at=closed, sanction=appealed)
        if appealed is None:
            Report.objects.create(case=case, reporter=alice, kind="spam", comment="x")
    names = {user.name: user.username for user in (bob, carol, mallory)}
    page = as_grace.get(f"/admin/rooms/case/?{asked}").text
    shown = re.findall(r'class="field-person[^"]*">([^<]*)<', page)
    assert sorted(names[name] for name in shown) == found.split()
