"""Who a socket belongs to, read from the session and never written."""

import asyncio
import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.sockets import POOL, AuthMiddlewareStack, in_pool, signed_in


@pytest.fixture
def key(as_alice: Client) -> str:
    session_key = as_alice.session.session_key
    assert session_key
    return session_key


def rows() -> list[Any]:
    return list(Session.objects.order_by("pk").values_list())


def test_a_session_names_its_person(
    key: str, alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    before = rows()
    with django_assert_num_queries(2):
        assert signed_in(key) == alice
    assert rows() == before


def test_a_rotated_secret_key_signs_nobody_out(key: str, alice: User, settings: Settings) -> None:
    before = rows()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one"
    assert signed_in(key) == alice
    assert rows() == before


def test_a_secret_key_replaced_for_good_leaves_the_session_to_the_pages(
    key: str, settings: Settings
) -> None:
    before = rows()
    settings.SECRET_KEY = "the new one"
    assert signed_in(key) is None
    assert rows() == before


def test_a_session_from_before_a_password_change_is_nobodys(key: str, alice: User) -> None:
    before = rows()
    alice.set_password("another fairly long password")
    alice.save(update_fields=["password"])
    assert signed_in(key) is None
    assert rows() == before


def test_a_closed_account_is_nobody(key: str, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert signed_in(key) is None


def test_a_removed_account_is_nobody(key: str, alice: User) -> None:
    alice.delete()
    assert signed_in(key) is None


def test_a_session_that_ran_out_is_nobodys(key: str) -> None:
    Session.objects.update(expire_date=timezone.now())
    assert signed_in(key) is None


def test_a_signed_out_session_is_nobodys(key: str, as_alice: Client) -> None:
    as_alice.post("/accounts/logout/")
    assert signed_in(key) is None


def test_a_stranger_with_a_session_is_nobody(client: Client, db: None) -> None:
    session = client.session
    session["seen"] = True
    session.save()
    assert session.session_key
    assert signed_in(session.session_key) is None


@pytest.mark.parametrize("cookie", ["", "x", "0" * 32, "0" * 100_000, "a\x00b" * 9, "é" * 32, "'"])
def test_a_cookie_that_is_no_key_is_nobodys(db: None, cookie: str) -> None:
    assert signed_in(cookie) is None


@pytest.mark.django_db(transaction=True)
def test_the_scope_gets_the_person_and_the_session(key: str, alice: User) -> None:
    scope = scope_within([(b"host", b"testserver"), (b"cookie", f"sessionid={key}".encode())])
    assert scope["user"] == alice
    assert scope["session_key"] == key


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("cookie", [b"sessionid=wrong", b"\xff\xfe=;;;", b"other=1"])
def test_the_scope_of_a_stranger_is_anonymous(cookie: bytes) -> None:
    scope = scope_within([(b"cookie", cookie)])
    assert scope["user"] == AnonymousUser()
    assert scope["session_key"] is None


def test_socket_work_runs_in_the_bounded_pool(db: None) -> None:
    async def names() -> set[str]:
        name = in_pool(lambda: threading.current_thread().name)
        return set(await asyncio.gather(*[name() for _ in range(40)]))

    found = asyncio.run(names())
    assert all(name.startswith("socket-db") for name in found)
    assert len(found) <= POOL._max_workers


def scope_within(headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """The scope that a consumer sees; the middleware passes `send` on as it came."""
    seen: dict[str, Any] = {}

    async def consumer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.update(scope)
        assert send is marker

    async def marker(message: dict[str, Any]) -> None:
        raise AssertionError(message)

    outer = {"type": "websocket", "headers": headers}
    asyncio.run(AuthMiddlewareStack(consumer)(outer, None, marker))  # type: ignore[arg-type]
    assert "user" not in outer
    return seen
