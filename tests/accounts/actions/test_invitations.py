"""Links that let people in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import invitations, sanctions
from accounts.errors import Invalid, Refused
from accounts.models import AuditEntry, Invitation, User
from tests.conftest import person


@pytest.fixture
def link(ada: User) -> Invitation:
    return invitations.make(by=ada, days="7", uses="2", note="For the board")


def test_staff_make_a_link_that_nobody_guesses(link: Invitation, ada: User) -> None:
    assert len(link.token) >= 22
    assert (link.uses, link.opens_signup, link.problem) == (2, True, "")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.subject) == (ada, "made invitation", "For the board")
    assert link.token not in f"{entry.subject}{entry.after}"


@pytest.mark.parametrize(
    ("days", "uses"),
    [("0", "1"), ("-1", "1"), ("366", "1"), ("9" * 30, "1"), ("7", "0"), ("7", "1001"), ("", "")],
)
def test_numbers_that_cannot_be_are_refused(ada: User, days: str, uses: str) -> None:
    with pytest.raises(Invalid):
        invitations.make(by=ada, days=days, uses=uses)
    assert not Invitation.objects.exists()


def test_only_staff_invite_to_the_site(bob: User) -> None:
    with pytest.raises(Refused):
        invitations.make(by=bob, days="7", uses="1")


def test_each_person_takes_one_use(link: Invitation, bob: User, mallory: User, alice: User) -> None:
    for each in (bob, bob, mallory):
        invitations.accept(person=each, token=link.token)
    link.refresh_from_db()
    assert link.used == 2
    with pytest.raises(Refused, match="as many people"):
        invitations.accept(person=alice, token=link.token)
    invitations.accept(person=bob, token=link.token)


def test_one_that_is_over_lets_nobody_in_and_says_so(link: Invitation, bob: User) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(pk=link.pk).update(expires_at=past)
    with pytest.raises(Refused, match="expired"):
        invitations.accept(person=bob, token=link.token)


def test_one_that_was_withdrawn_lets_nobody_in(link: Invitation, ada: User, bob: User) -> None:
    for _ in range(2):
        invitations.revoke(by=ada, invitation=link)
    with pytest.raises(Refused, match="withdrawn"):
        invitations.accept(person=bob, token=link.token)
    assert [e.verb for e in AuditEntry.objects.page()] == ["withdrew invitation", "made invitation"]


def test_who_is_kept_out_has_no_links_open(grace: User, ada: User) -> None:
    hers = invitations.make(by=grace, days="7", uses="1")
    sanctions.suspend(by=ada, person=grace, until=None)
    hers.refresh_from_db()
    assert "withdrawn" in hers.problem


@pytest.mark.parametrize("token", ["", "nothing", "a\x00b"])
def test_a_guess_is_no_invitation(bob: User, token: str) -> None:
    with pytest.raises(Refused, match="no such"):
        invitations.accept(person=bob, token=token)


@pytest.mark.django_db(transaction=True)
def test_the_last_use_is_had_by_one_of_many_who_come_at_once(ada: User) -> None:
    link = invitations.make(by=ada, days="7", uses="1")
    people = [person(name, name) for name in ("p-one", "p-two", "p-three", "p-four")]

    def come(each: User) -> bool:
        try:
            invitations.accept(person=each, token=link.token)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, people)) == [False, False, False, True]
    link.refresh_from_db()
    assert link.used == link.people.count() == 1
