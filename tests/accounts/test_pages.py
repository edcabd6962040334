"""Every account page and every error page: there, in our look, under the strict policy."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.context import site
from accounts.models import User

FOR_STRANGERS = [
    "/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-wrong/",
    "/accounts/password/reset/key/done/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/wrong/",
]
FOR_MEMBERS = [
    "/me/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/password/reset/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/inactive/",
]
ERRORS = ["400", "403", "403_csrf", "404", "429", "500"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", FOR_STRANGERS)
def test_a_page_for_strangers_stands_under_the_policy(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    is_clean(response.content.decode())
    is_strict(response.headers["Content-Security-Policy"])


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_a_page_for_members_stands_under_the_policy(as_alice: Client, path: str) -> None:
    response = as_alice.get(path)
    assert response.status_code == 200
    is_clean(response.content.decode())
    is_strict(response.headers["Content-Security-Policy"])


def test_the_page_that_says_sign_up_is_closed(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.SIGNUP = "closed"
    page = client.get("/accounts/signup/").content.decode()
    assert "closed" in page
    is_clean(page)
    assert "/accounts/signup/" not in client.get("/").content.decode()


def test_the_page_that_confirms_an_address(client: Client, alice: User) -> None:
    address = EmailAddress.objects.create(user=alice, email="alice@example.org", primary=True)
    key = EmailConfirmationHMAC.create(address).key
    page = client.get(f"/accounts/confirm-email/{key}/").content.decode()
    assert "alice@example.org" in page
    is_clean(page)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_nothing_and_runs_nothing(name: str) -> None:
    page = render_to_string(f"{name}.html")
    is_clean(page)
    assert "<script" not in page
    assert "<h1>" in page


def test_an_error_page_stands_under_the_policy(client: Client, db: None) -> None:
    response = client.get("/nothing/of/the/kind/")
    assert response.status_code == 404
    is_strict(response.headers["Content-Security-Policy"])


def test_an_error_page_has_the_colours_that_its_reader_chose(as_alice: Client) -> None:
    User.objects.update(theme="dark")
    assert 'data-theme="dark"' in as_alice.get("/nothing/of/the/kind/").text


def test_too_many_tries_get_a_page_of_their_own(client: Client, db: None) -> None:
    responses = [client.post("/accounts/login/", {}) for _ in range(61)]
    assert responses[-1].status_code == 429
    is_clean(responses[-1].content.decode())
    is_strict(responses[-1].headers["Content-Security-Policy"])


def test_a_field_with_an_error_says_so_to_those_who_listen(client: Client, db: None) -> None:
    page = client.post("/accounts/signup/", {"username": "x"}).content.decode()
    assert 'aria-invalid="true"' in page
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        assert all(f'id="{name}"' in page for name in described.split())


def test_the_context_asks_the_database_only_where_a_page_asks(settings: Settings) -> None:
    settings.SIGNUP = "closed"  # without a database mark, a query here would fail the test
    context = site(RequestFactory().get("/"))
    assert context["site_name"] == "Hubbub"


def is_clean(page: str) -> None:
    """No inline style, no inline script, no handler, one h1, every field labelled."""
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert "hx-on" not in page
    assert "js:" not in page
    for tag in re.findall(r"<(?:script|style)\b[^>]*>", page):
        assert " src=" in tag
        assert ' nonce="' in tag
    assert len(re.findall(r"<h1\b", page)) == 1
    for field in re.findall(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*>', page):
        name = re.search(r' id="([^"]+)"', field)
        assert name
        assert f'<label for="{name[1]}"' in page


def is_strict(policy: str) -> None:
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
