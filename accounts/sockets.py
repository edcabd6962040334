"""Who is at the other end of a socket, and where socket work meets the database."""

import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.sessions import CookieMiddleware
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    load_backend,
)
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import Histogram

from accounts.models import User

# One bounded pool for all sockets: Channels' default is one thread, where a slow query of one
# socket stalls all others and every new handshake.
POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="socket-db")

WAIT = Histogram("hubbub_database_wait_seconds", "How long socket work waited for a thread.")

type App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def in_pool[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """The same function as a coroutine function that runs in the sockets' pool."""

    def begin(asked: float, *args: P.args, **kwargs: P.kwargs) -> R:
        WAIT.observe(time.perf_counter() - asked)
        return function(*args, **kwargs)

    run = database_sync_to_async(begin, thread_sensitive=False, executor=POOL)

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        result: R = await run(time.perf_counter(), *args, **kwargs)
        return result

    return call


def AuthMiddlewareStack(inner: App) -> App:  # noqa: N802  (named as Channels names its own)
    """Give `inner` a scope with `user` and `session_key`, from the session cookie."""
    return CookieMiddleware(SessionAuth(inner))  # type: ignore[no-any-return]


class SessionAuth:
    """Reads the session and never writes it.

    Channels' own middleware flushes the session when SECRET_KEY was rotated, so that opening a
    socket would sign the person out.

    `scope["user"]` becomes the User or an AnonymousUser, `scope["session_key"]` the key of the
    session that says so or None. Two queries at most.
    """

    def __init__(self, inner: App) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        key = scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        user = await in_pool(signed_in)(key)
        whom = {"user": user or AnonymousUser(), "session_key": key if user else None}
        await self.inner(scope | whom, receive, send)


def signed_in(session_key: str) -> User | None:
    """The welcome user whose session this is, else None. Two queries at most, no writes."""
    # What no session is called, NUL above all, must not reach the database.
    if not (session_key.isascii() and session_key.isalnum()):
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load()
    user = _user_of(session)
    return user if user and _is_proven(session, user) else None


def still_signed_in(session_keys: set[str | None]) -> set[str | None]:
    """Those of these sessions that still sign a welcome user in. Two queries, no writes."""
    found = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    sessions = {row.session_key: row.get_decoded() for row in found}
    users = User.objects.in_bulk({data.get(SESSION_KEY) for data in sessions.values()} - {None})
    by_key = {str(pk): user for pk, user in users.items() if user.is_welcome}
    return {
        key
        for key, data in sessions.items()
        if (user := by_key.get(data.get(SESSION_KEY, ""))) and _is_proven(data, user)
    }


def _user_of(session: dict[str, Any]) -> User | None:
    backend, user_pk = session.get(BACKEND_SESSION_KEY), session.get(SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS or user_pk is None:
        return None
    user: User | None = load_backend(backend).get_user(User._meta.pk.to_python(user_pk))
    return user


def _is_proven(session: dict[str, Any], user: User) -> bool:
    """Whether the session was begun with the password that the user has now."""
    proof = session.get(HASH_SESSION_KEY, "")
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(proof, expected) for expected in hashes)
