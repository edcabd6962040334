"""Signing up: who may, under which name, and who comes first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections
from django.db.models.signals import pre_save
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.adapter import signup_is_open
from accounts.forms import NAME_TAKEN
from accounts.models import User
from tests.accounts.conftest import sign_up


@pytest.mark.django_db
def test_the_first_account_administers_the_site_and_makes_the_first_room(client: Client) -> None:
    response = sign_up(client, "alice")
    assert response.headers["Location"] == "/rooms/new/"
    alice = User.objects.get()
    assert alice.founder
    assert alice.is_staff
    assert alice.is_superuser


def test_a_later_account_is_an_ordinary_one_and_finds_the_rooms(
    client: Client, alice: User
) -> None:
    response = sign_up(client, "bob")
    assert response.headers["Location"] == "/rooms/"
    bob = User.objects.get(username="bob")
    assert not bob.founder
    assert not bob.is_staff
    assert not bob.is_superuser


@pytest.mark.django_db(transaction=True)
def test_of_several_first_accounts_made_at_once_one_is_the_founder() -> None:
    names = ["alice", "bob", "carol", "mallory"]
    responses = at_once([partial(sign_up, Client(), name) for name in names])
    assert [response.status_code for response in responses] == [302] * 4
    assert User.objects.filter(founder=True, is_superuser=True).count() == 1
    assert User.objects.filter(founder=False, is_staff=False, is_superuser=False).count() == 3


@pytest.mark.django_db(transaction=True)
def test_on_a_closed_site_of_several_first_accounts_one_is_made(settings: Settings) -> None:
    settings.SIGNUP = "closed"
    at_once([partial(sign_up, Client(), name) for name in ("alice", "bob", "carol")])
    assert User.objects.get().founder


@pytest.mark.parametrize("signup", ["closed", "invite"])
def test_a_site_that_is_not_open_makes_no_second_account(
    client: Client, alice: User, settings: Settings, signup: str
) -> None:
    settings.SIGNUP = signup
    response = sign_up(client, "bob")
    assert response.status_code == 200
    assert "closed" in response.content.decode()
    assert list(User.objects.all()) == [alice]


@pytest.mark.django_db
@pytest.mark.parametrize("signup", ["closed", "invite"])
def test_the_first_account_may_be_made_on_a_site_that_is_not_open(
    client: Client, settings: Settings, signup: str
) -> None:
    settings.SIGNUP = signup
    sign_up(client, "alice")
    assert User.objects.get().founder


@pytest.mark.django_db
def test_an_open_site_is_open_without_asking_the_database(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SIGNUP = "open"
    with django_assert_num_queries(0):
        assert signup_is_open()


def test_a_reserved_name_is_refused_and_the_form_keeps_what_was_typed(
    client: Client, alice: User
) -> None:
    page = sign_up(client, "admin", email="a@example.org").content.decode()
    assert "errorlist" in page
    assert 'value="admin"' in page
    assert 'value="a@example.org"' in page
    assert not User.objects.filter(username="admin").exists()


@pytest.mark.parametrize("name", ["alice", "ALICE", "al1ce", "аlice"])
def test_a_name_that_looks_like_somebodys_is_refused(
    client: Client, alice: User, name: str
) -> None:
    response = sign_up(client, name, email="other@example.org")
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert list(User.objects.all()) == [alice]


def test_a_taken_name_is_told_in_a_sentence(client: Client, alice: User) -> None:
    response = sign_up(client, "Alice", email="other@example.org")
    assert response.context["form"].errors == {"username": [NAME_TAKEN]}


def test_a_name_taken_between_check_and_insert_is_told_in_the_same_sentence(
    client: Client, alice: User
) -> None:
    def rival(**_: Any) -> None:
        pre_save.disconnect(rival, sender=User)
        User.objects.create_user("Bob")

    pre_save.connect(rival, sender=User)
    response = sign_up(client, "bob")
    assert response.status_code == 200
    assert response.context["form"].errors == {"username": [NAME_TAKEN]}
    assert 'value="bob@example.org"' in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_take_one_name_at_once_one_gets_it() -> None:
    first, second = "bob", "Bob"
    responses = at_once(
        [
            lambda: sign_up(Client(), first, email="one@example.org"),
            lambda: sign_up(Client(), second, email="two@example.org"),
        ]
    )
    assert sorted(response.status_code for response in responses) == [200, 302]
    assert User.objects.count() == 1


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    def run(call: Callable[[], Any]) -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
