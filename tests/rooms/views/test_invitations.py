"""Invitation links: to the site and to a room, followed with an account and without."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import invitations
from accounts.models import Invitation, User
from rooms import actions
from rooms.models import Room
from tests.accounts.conftest import no_limits_left_over, sign_up

__all__ = ["no_limits_left_over"]


@pytest.fixture
def link(grace: User) -> Invitation:
    return invitations.make(by=grace, days="7", uses="1")


@pytest.fixture
def den_link(den: Room, alice: User) -> Invitation:
    return actions.invitations.make(by=den.memberships.get(user=alice), days="7", uses="2")


@pytest.fixture
def by_invitation(settings: Settings) -> None:
    settings.SIGNUP = "invite"


@pytest.mark.usefixtures("by_invitation")
def test_a_stranger_with_a_link_signs_up(client: Client, link: Invitation) -> None:
    assert sign_up(client, "nora").status_code == 200
    assert not User.objects.filter(username="nora").exists()
    page = client.get(f"/invited/{link.token}/").content.decode()
    assert "Grace Gray sent you this link" in page
    answer = sign_up(client, "nora")
    assert answer.headers["Location"] == f"/invited/{link.token}/"
    assert client.get(answer.headers["Location"]).headers["Location"] == "/rooms/"
    link.refresh_from_db()
    assert link.used == 1


@pytest.mark.usefixtures("by_invitation")
def test_a_used_up_link_opens_no_second_account(client: Client, link: Invitation) -> None:
    late = Client()
    late.get(f"/invited/{link.token}/")
    client.get(f"/invited/{link.token}/")
    sign_up(client, "nora")
    sign_up(late, "otto")
    assert not User.objects.filter(username="otto").exists()
    page = late.get(f"/invited/{link.token}/")
    assert page.status_code == 410
    assert "as many people" in page.content.decode()


@pytest.mark.usefixtures("by_invitation")
def test_a_name_that_is_taken_costs_no_use(client: Client, link: Invitation, bob: User) -> None:
    assert "Make an account" in client.get(f"/invited/{link.token}/").text
    assert sign_up(client, "bob").status_code == 200
    link.refresh_from_db()
    assert link.used == 0


@pytest.mark.usefixtures("by_invitation")
def test_an_owners_link_to_a_room_makes_no_account(client: Client, den_link: Invitation) -> None:
    page = client.get(f"/invited/{den_link.token}/").text
    assert "people who have an account here already" in page
    assert "Make an account" not in page
    sign_up(client, "nora")
    assert not User.objects.filter(username="nora").exists()


def test_where_nobody_may_sign_up_a_link_changes_nothing(
    client: Client, link: Invitation, settings: Settings
) -> None:
    settings.SIGNUP = "closed"
    client.get(f"/invited/{link.token}/")
    sign_up(client, "nora")
    assert not User.objects.filter(username="nora").exists()


def test_a_link_to_a_room_leads_a_new_person_into_it(
    client: Client, den: Room, den_link: Invitation
) -> None:
    assert "invited to “den”" in client.get(f"/invited/{den_link.token}/").content.decode()
    answer = sign_up(client, "nora")
    assert client.get(answer.headers["Location"]).headers["Location"] == f"/rooms/{den.slug}/"
    assert den.memberships.filter(user__username="nora").exists()


def test_somebody_with_an_account_joins_by_a_link(
    as_mallory: Client, den: Room, den_link: Invitation
) -> None:
    address = f"/invited/{den_link.token}/"
    assert as_mallory.get(f"/rooms/{den.slug}/").status_code == 404
    assert as_mallory.get(address).status_code == 200
    assert not den.memberships.filter(user__username="mallory").exists()
    assert as_mallory.post(address).headers["Location"] == f"/rooms/{den.slug}/"
    assert as_mallory.get(f"/rooms/{den.slug}/").status_code == 200
    assert as_mallory.get(address).headers["Location"] == f"/rooms/{den.slug}/"


def test_a_link_that_is_over_says_so_to_everybody(
    client: Client, as_mallory: Client, den_link: Invitation, den: Room
) -> None:
    past = timezone.now() - timedelta(days=1)
    Invitation.objects.filter(pk=den_link.pk).update(expires_at=past)
    for each in (client, as_mallory):
        answer = each.get(f"/invited/{den_link.token}/")
        assert answer.status_code == 410
        assert "expired" in answer.content.decode()
        assert "den" not in answer.content.decode().partition("<main")[2]
    assert as_mallory.post(f"/invited/{den_link.token}/").status_code == 410
    assert not den.memberships.filter(user__username="mallory").exists()


@pytest.mark.parametrize("token", ["nothing", "a%00b"])
def test_a_guess_learns_nothing(client: Client, db: None, token: str) -> None:
    answer = client.get(f"/invited/{token}/")
    assert answer.status_code == 404
    assert answer.content == client.get("/rooms/nowhere/at/all/").content


def test_owners_make_and_withdraw_links(as_alice: Client, as_mallory: Client, lobby: Room) -> None:
    made = as_alice.post("/rooms/lobby/invitations/", {"days": "3", "uses": "5", "note": "Board"})
    assert made.status_code == 302
    link = Invitation.objects.get()
    assert link.token in as_alice.get("/rooms/lobby/invitations/").content.decode()
    as_alice.post(f"/rooms/lobby/invitations/{link.pk}/revoke/")
    assert link.token not in as_alice.get("/rooms/lobby/invitations/").content.decode()
    assert as_mallory.post(f"/invited/{link.token}/").status_code == 410


def test_others_neither_see_nor_make_nor_withdraw(as_bob: Client, alice: User, lobby: Room) -> None:
    owner = lobby.memberships.get(user=alice)
    link = actions.invitations.make(by=owner, days="7", uses="2")
    assert as_bob.post("/rooms/lobby/invitations/", {"days": "3", "uses": "5"}).status_code == 403
    page = as_bob.get("/rooms/lobby/invitations/")
    assert page.status_code == 403
    assert link.token not in page.content.decode()
    assert as_bob.post(f"/rooms/lobby/invitations/{link.pk}/revoke/").status_code == 403
    assert Invitation.objects.standing().count() == 1


def test_a_link_to_another_room_is_not_there(
    as_alice: Client, lobby: Room, link: Invitation
) -> None:
    assert as_alice.post(f"/rooms/lobby/invitations/{link.pk}/revoke/").status_code == 404


def test_numbers_that_cannot_be_are_refused_and_kept(as_alice: Client, lobby: Room) -> None:
    typed = {"days": "900", "uses": "5", "note": "My note"}
    answer = as_alice.post("/rooms/lobby/invitations/", typed)
    assert answer.status_code == 422
    assert "My note" in answer.content.decode()


def test_staff_have_all_links_before_them(
    as_grace: Client, link: Invitation, den_link: Invitation
) -> None:
    page = as_grace.get("/staff/invitations/").content.decode()
    assert link.token in page
    assert den_link.token in page
    as_grace.post(f"/staff/invitations/{link.pk}/revoke/")
    assert link.token not in as_grace.get("/staff/invitations/").content.decode()
    assert as_grace.post("/staff/invitations/", {"days": "1", "uses": "1"}).status_code == 302
    assert as_grace.post("/staff/invitations/", {"days": "x", "uses": "1"}).status_code == 422


@pytest.mark.parametrize("path", ["/staff/invitations/", "/staff/invitations/1/revoke/"])
def test_for_others_staffs_pages_are_not_there(as_bob: Client, path: str) -> None:
    assert as_bob.post(path, {"days": "1", "uses": "1"}).status_code == 404
    assert not Invitation.objects.exists()
