"""The way in: origins, root path, one process without Redis, limits."""

import http.client
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlencode

import pytest
from django.conf import settings
from websockets.exceptions import InvalidStatus

from accounts.models import User
from config.origin import SameOriginValidator
from config.server import AlreadyServed, claim
from rooms.models import Room
from tests.live import ROOT, LiveServer, free_port, session_of, wait_for

ORIGINS = [
    (None, "localhost:8000", True),
    ("http://localhost:8000", "localhost:8000", True),
    ("http://LOCALHOST:8000", "localhost:8000", True),
    ("https://localhost:8000", "localhost:8000", False),
    ("http://localhost:8001", "localhost:8000", False),
    ("http://localhost", "localhost:8000", False),
    ("http://localhost:8000.evil.example", "localhost:8000", False),
    ("http://evil.example", "localhost:8000", False),
    ("http://evil.example", "evil.example", False),
    ("null", "localhost:8000", False),
    ("", "localhost:8000", False),
    ("http://localhost:nonsense", "localhost:nonsense", False),
    ("https://chat.example.org", "localhost:8000", True),
]


@pytest.mark.parametrize(("origin", "host", "allowed"), ORIGINS)
def test_only_this_very_site_opens_sockets(
    settings: object, origin: str | None, host: str, allowed: bool
) -> None:
    settings.ORIGINS = ["https://chat.example.org"]  # type: ignore[attr-defined]
    assert SameOriginValidator.allows(origin, host) is allowed


def test_a_foreign_origin_is_refused_at_the_handshake(
    live: LiveServer, lobby: Room, alice: User
) -> None:
    page = live.socket(f"/ws/chat/{lobby.slug}/", alice, origin="https://evil.example")
    with pytest.raises(InvalidStatus) as refusal, page:
        pass
    assert refusal.value.response.status_code == 403


def test_an_address_that_is_no_socket_is_told_so(live: LiveServer, alice: User) -> None:
    with live.socket("/ws/nowhere/", alice) as page:
        assert page.closed() == 4404
    assert "Traceback" not in live.output()


def test_a_clients_root_path_changes_no_address(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    """daphne believes `Daphne-Root-Path` from anybody, and every reverse() would follow it."""
    with live.socket(f"/ws/chat/{lobby.slug}/", bob) as his:
        his.send('{"type": "resume", "cursor": "now"}')
        his.until('id="connection"')
        answer, body = ask(live, "GET", "/rooms/lobby/", alice)
        token = body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        secret = (answer.getheader("Set-Cookie") or "").split(";")[0]
        form = urlencode({"message": "hello", "csrfmiddlewaretoken": token})
        posted, _ = ask(live, "POST", "/rooms/lobby/messages/", alice, form, secret)
        assert posted.getheader("Location") == "/rooms/lobby/"
        frame = his.until("<article")
    assert "evil" not in body + frame
    assert 'href="/rooms/lobby/messages/1/#m1"' in frame


def ask(
    live: LiveServer, method: str, path: str, user: User, body: str = "", cookie: str = ""
) -> tuple[http.client.HTTPResponse, str]:
    session = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"
    headers = {
        "Cookie": f"{session}; {cookie}".rstrip("; "),
        "Daphne-Root-Path": "https://evil.example",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    with closing(http.client.HTTPConnection("127.0.0.1", live.port, timeout=20)) as connection:
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def test_a_database_is_claimed_once() -> None:
    assert claim("sqlite:////one") > 0
    assert claim("sqlite:////another") > 0
    with pytest.raises(AlreadyServed):
        claim("sqlite:////one")


def test_a_second_process_without_redis_does_not_start(live: LiveServer) -> None:
    command = [sys.executable, "manage.py", "serve", "--port", str(free_port())]
    if settings.REDIS_URL:
        with LiveServer() as second:
            wait_for(lambda: "is at" in second.output(), "a second process serves")
        return
    second_try = subprocess.run(
        command, cwd=ROOT, env=live.environment, capture_output=True, text=True, timeout=30
    )
    assert second_try.returncode != 0
    assert "already runs with this database" in second_try.stderr


def test_a_form_too_large_is_refused_by_django(live: LiveServer, alice: User) -> None:
    """Twisted would parse a form on the event loop; ours leaves that to Django, which refuses."""
    body = "&".join(f"a{number}=x" for number in range(300_000))
    answer, _ = ask(live, "POST", "/rooms/new/", alice, body)
    assert answer.status in (400, 403, 413)
    assert not Room.objects.exists()
