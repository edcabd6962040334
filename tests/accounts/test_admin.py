"""People in Django's admin."""

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import signed_in


@pytest.fixture
def as_admin(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root-of-all", "r@example.org", "a password"))


def fields(**changes: str) -> dict[str, str]:
    return {"display_name": "", "email": "b@example.org", "time_zone": "UTC"} | changes


def test_the_admin_asks_to_sign_in_on_our_own_page(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.headers["Location"].startswith("/accounts/login/")


def test_an_ordinary_person_is_refused(as_bob: Client) -> None:
    assert as_bob.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("word", ["bob", "bob@example", "Brown"])
def test_people_are_found_by_names_and_address(as_admin: Client, bob: User, word: str) -> None:
    page = as_admin.get("/admin/accounts/user/", {"q": word}).content.decode()
    assert "bob@example.org" in page
    assert "r@example.org" not in page


def test_a_person_is_added_with_the_key_that_keeps_names_apart(as_admin: Client) -> None:
    password = {"password1": "a long enough password", "password2": "a long enough password"}
    added = {"username": "Carol", "usable_password": "true", **password}
    assert as_admin.post("/admin/accounts/user/add/", added).status_code == 302
    again = {**added, "username": "carol"}
    response = as_admin.post("/admin/accounts/user/add/", again)
    assert response.context["adminform"].form.errors.keys() == {"username"}
    assert User.objects.get(username_key__iexact="carol").username == "Carol"


def test_a_person_is_renamed(as_admin: Client, bob: User, alice: User) -> None:
    address = f"/admin/accounts/user/{bob.pk}/change/"
    assert as_admin.post(address, fields(username="alice")).status_code == 200
    assert as_admin.post(address, fields(username="Bob", is_active="on")).status_code == 302
    assert as_admin.post(address, fields(username="robert", is_active="on")).status_code == 302
    bob.refresh_from_db()
    assert (bob.username, bob.username_key) == ("robert", "robert")
