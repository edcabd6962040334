"""Signing in and out, and passwords."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts import actions
from accounts.models import User, moment
from tests.conftest import PASSWORD, signed_in

NEW = "another fairly long password"


@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.org"])
def test_one_signs_in_by_user_name_or_by_e_mail(client: Client, alice: User, login: str) -> None:
    response = client.post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert response.headers["Location"] == "/rooms/"
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_wrong_password_is_told_and_the_name_stays(client: Client, alice: User) -> None:
    response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    page = response.content.decode()
    assert "do not belong together" in page
    assert 'value="alice"' in page


def test_a_closed_account_cannot_sign_in(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("days", [3, None])
def test_who_is_suspended_is_told_until_when_and_why(
    client: Client, alice: User, ada: User, days: int | None
) -> None:
    until = timezone.now() + timedelta(days=days) if days else None
    actions.sanctions.suspend(by=ada, person=alice, until=until, reason="Selling <things>")
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert response.status_code == 403
    page = response.content.decode()
    assert "Selling &lt;things&gt;" in page
    assert (moment(until) if until else "banned") in page
    assert "_auth_user_id" not in client.session


def test_a_wrong_password_learns_nothing_of_a_suspension(
    client: Client, alice: User, ada: User
) -> None:
    actions.sanctions.suspend(by=ada, person=alice, until=None, reason="Selling things")
    response = client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    assert "do not belong together" in response.content.decode()


def test_a_suspension_ends_by_itself(client: Client, alice: User, ada: User) -> None:
    until = timezone.now() + timedelta(days=3)
    actions.sanctions.suspend(by=ada, person=alice, until=until)
    past = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=alice.pk).update(suspended_until=past)
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert response.headers["Location"] == "/rooms/"


def test_many_wrong_passwords_are_slowed_down(client: Client, alice: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": "alice", "password": "wrong"})
    response = client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    assert "Too many attempts" in response.content.decode()


def test_asking_for_the_sign_out_page_does_not_sign_out(as_alice: Client) -> None:
    assert as_alice.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in as_alice.session


def test_signing_out_is_a_post(as_alice: Client) -> None:
    response = as_alice.post("/accounts/logout/")
    assert response.headers["Location"] == "/"
    assert "_auth_user_id" not in as_alice.session


def test_a_password_change_ends_the_other_sessions(as_alice: Client, alice: User) -> None:
    elsewhere = signed_in(alice)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    as_alice.post("/accounts/password/change/", fields)
    assert elsewhere.get("/me/").headers["Location"].startswith("/accounts/login/")
    response = Client().post("/accounts/login/", {"login": "alice", "password": NEW})
    assert response.headers["Location"] == "/rooms/"


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_mail(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    page = client.get(link(mailoutbox), follow=True)
    assert page.status_code == 200
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    alice.refresh_from_db()
    assert alice.check_password(NEW)


def test_the_mail_names_the_site(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert mailoutbox[0].subject.startswith("[Hubbub] ")
    assert "Hubbub, testserver" in mailoutbox[0].body


def test_a_foreign_host_gets_no_mail_sent(
    client: Client, alice: User, mailoutbox: list[EmailMessage]
) -> None:
    response = client.post(
        "/accounts/password/reset/", {"email": "alice@example.org"}, HTTP_HOST="evil.example"
    )
    assert response.status_code == 400
    assert mailoutbox == []


@pytest.mark.django_db(transaction=True)
def test_a_hostile_root_path_does_not_reach_the_link_in_the_mail(
    alice: User, mailoutbox: list[EmailMessage]
) -> None:
    asyncio.run(asgi_post("/accounts/password/reset/", {"email": "alice@example.org"}))
    assert link(mailoutbox).startswith("/accounts/password/reset/key/")
    assert "evil" not in mailoutbox[0].body


def link(mailoutbox: list[EmailMessage]) -> str:
    """The path of the one link in the one mail, which must be on our own host."""
    (mail,) = mailoutbox
    found = re.search(r"https?://(\S+?)(/\S*)", str(mail.body))
    assert found
    assert found[1] == "testserver"
    return found[2]


async def asgi_post(path: str, fields: dict[str, str]) -> None:
    """A form posted through the whole way in, under the root path that an attacker names.

    daphne makes a scope's `root_path` of the request header `Daphne-Root-Path`.
    """
    from config.asgi import application

    token = "a" * 32
    body = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "client": ["127.0.0.1", 50_000],
        "root_path": "https://evil.example",
        "query_string": b"",
        "headers": [
            (b"host", b"testserver"),
            (b"cookie", f"csrftoken={token}".encode()),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", str(len(body)).encode()),
        ],
    }
    way_in: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]
    await way_in.send_input({"type": "http.request", "body": body})
    start = await way_in.receive_output(30)
    assert start["status"] == 302
    await way_in.receive_output(30)
    await way_in.wait(30)
