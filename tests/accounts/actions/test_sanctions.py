"""Keeping people out, and letting them in again."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actions import sanctions
from accounts.errors import Invalid, Refused
from accounts.models import FOREVER, AuditEntry, Suspension, User
from tests.conftest import signed_in


def soon() -> datetime:
    return timezone.now() + timedelta(days=1)


def is_heard(client: Client) -> bool:
    return client.get("/rooms/").status_code == 200


def test_a_suspension_ends_every_session_and_is_written_down(
    ada: User, bob: User, as_bob: Client
) -> None:
    assert is_heard(as_bob)
    until = soon()
    sanctions.suspend(by=ada, person=bob, until=until, reason="spam")
    assert not is_heard(as_bob)
    bob.refresh_from_db()
    assert (bob.is_suspended, bob.suspended_until) == (True, until)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.target, entry.reason) == (ada, "suspended", bob, "spam")


def test_a_session_begun_meanwhile_is_nobodys(ada: User, bob: User) -> None:
    sanctions.suspend(by=ada, person=bob, until=None)
    bob.refresh_from_db()
    assert not is_heard(signed_in(bob))


def test_a_ban_is_for_ever(ada: User, bob: User) -> None:
    assert "banned" in sanctions.suspend(by=ada, person=bob, until=None).sentence
    bob.refresh_from_db()
    assert bob.suspended_until == FOREVER
    assert AuditEntry.objects.get().verb == "banned"


def test_a_lifted_suspension_is_over_at_once(ada: User, grace: User, bob: User) -> None:
    made = sanctions.suspend(by=ada, person=bob, until=soon())
    sanctions.lift(by=grace, person=bob, reason="A mistake")
    bob.refresh_from_db()
    made.refresh_from_db()
    assert (bob.is_welcome, made.stands, made.lifted_by) == (True, False, grace)
    assert is_heard(signed_in(bob))
    assert [e.verb for e in AuditEntry.objects.page()] == ["lifted suspension", "suspended"]


def test_lifting_what_does_not_stand_is_refused(ada: User, bob: User) -> None:
    with pytest.raises(Invalid, match="not suspended"):
        sanctions.lift(by=ada, person=bob)
    assert not AuditEntry.objects.exists()


def test_another_suspension_takes_the_place_of_the_first(ada: User, bob: User) -> None:
    sanctions.suspend(by=ada, person=bob, until=soon())
    sanctions.suspend(by=ada, person=bob, until=None)
    assert [each.until for each in Suspension.objects.standing()] == [None]
    assert Suspension.objects.count() == 2


def test_the_same_again_is_done_once(ada: User, bob: User) -> None:
    until = soon()
    first = sanctions.suspend(by=ada, person=bob, until=until, reason="spam")
    assert sanctions.suspend(by=ada, person=bob, until=until, reason="spam") == first
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 0, 100_000])
def test_a_moment_past_or_astronomically_far_is_refused(ada: User, bob: User, days: int) -> None:
    with pytest.raises(Invalid):
        sanctions.suspend(by=ada, person=bob, until=timezone.now() + timedelta(days=days))
    assert not Suspension.objects.exists()


@pytest.mark.parametrize(
    ("by", "person"),
    [
        ("ada", "ada"),
        ("grace", "grace"),
        ("grace", "ada"),
        ("grace", "helper"),
        ("ada", "root"),
        ("bob", "mallory"),
        ("bob", "ada"),
    ],
)
def test_nobody_acts_on_themselves_an_equal_or_somebody_higher(
    ada: User, grace: User, bob: User, mallory: User, by: str, person: str
) -> None:
    User.objects.create_user("helper", is_staff=True)
    User.objects.create_superuser("root")
    people = {user.username: user for user in User.objects.all()}
    with pytest.raises(Refused):
        sanctions.suspend(by=people[by], person=people[person], until=None)
    assert not Suspension.objects.exists()
    assert not AuditEntry.objects.exists()


def test_staff_who_lost_their_charge_meanwhile_act_no_more(
    ada: User, grace: User, bob: User
) -> None:
    sanctions.suspend(by=ada, person=grace, until=None)
    with pytest.raises(Refused, match="staff"):
        sanctions.suspend(by=grace, person=bob, until=None)


@pytest.mark.django_db(transaction=True)
def test_acting_twice_at_the_same_moment_is_acting_once(ada: User, bob: User) -> None:
    until, start = soon(), Barrier(2)

    def press() -> None:
        start.wait()
        sanctions.suspend(by=ada, person=bob, until=until, reason="spam")
        connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Suspension.objects.count() == AuditEntry.objects.count() == 1
