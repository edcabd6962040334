"""A process that is told to stop, and one that is asked for more than it can take at once."""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from django.conf import settings
from django.db import transaction

from accounts.models import User
from config.admission import AT_ONCE, Admission
from rooms.models import Message, Room
from tests.live import LiveServer, free_port, session_of, wait_for

CSRF = "k" * 32


@pytest.fixture
def stopping(alone: None) -> Iterator[LiveServer]:
    with LiveServer(DRAIN_SECONDS="2") as server:
        yield server


def tell_to_stop(server: LiveServer) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)


def assert_ended_well(server: LiveServer) -> None:
    assert server.process is not None
    assert server.process.wait(20) == 0
    assert "Traceback" not in server.output()


def test_a_process_that_stops_says_so_and_sends_its_pages_away_to_come_back(
    stopping: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with stopping.socket("/ws/chat/lobby/", alice) as page:
        page.resume()
        tell_to_stop(stopping)
        wait_for(lambda: status(stopping, "/readyz") == 503, "readiness is off")
        assert status(stopping, "/healthz") == 200
        page.say("just in time")
        with stopping.socket("/ws/chat/lobby/", bob) as late:
            assert late.closed() == 1000
            assert late.frames == []
        assert page.closed() == 1000
    assert_ended_well(stopping)
    assert Message.objects.count() == 1


def test_a_request_under_way_is_finished(stopping: LiveServer, lobby: Room, alice: User) -> None:
    """It waits for the room's row, which this very test holds until nothing new is taken."""
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(alice)}; csrftoken={CSRF}"
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
    with closing(HTTPConnection("127.0.0.1", stopping.port, timeout=20)) as slow:
        with transaction.atomic():
            Room.objects.filter(pk=lobby.pk).update(topic="held")
            body = urlencode({"message": "slowly"})
            slow.request("POST", "/rooms/lobby/messages/", body, {"Cookie": cookies} | form)
            assert status(stopping, "/healthz") == 200
            tell_to_stop(stopping)
            wait_for(lambda: not is_listening(stopping), "nothing new is taken")
        assert slow.getresponse().status == 303
    assert_ended_well(stopping)
    assert Message.objects.get().text == "slowly"


def status(server: LiveServer, path: str) -> int:
    return requests.get(f"{server.url}{path}", timeout=5).status_code


def is_listening(server: LiveServer) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def test_more_than_can_be_let_in_at_once_are_put_off() -> None:
    async def scene() -> list[list[dict[str, Any]]]:
        inside = asyncio.Event()

        async def inner(scope: dict[str, Any], _: Any, send: Any) -> None:
            await send({"type": "websocket.accept"})
            await inside.wait()
            scope["settle"]()

        admission, told = Admission(inner), [list[dict[str, Any]]() for _ in range(AT_ONCE + 6)]

        def take(heard: list[dict[str, Any]]) -> Any:
            async def send(message: dict[str, Any]) -> None:
                heard.append(message)

            return admission({}, None, send)

        coming = [asyncio.create_task(take(heard)) for heard in told]
        await asyncio.sleep(0)
        inside.set()
        await asyncio.gather(*coming)
        assert admission.coming == 0
        return told

    told = asyncio.run(scene())
    put_off = [heard[1:] for heard in told if len(heard) == 2]
    assert put_off == [[{"type": "websocket.close", "code": 1000}]] * 6
    assert all(heard[0] == {"type": "websocket.accept"} for heard in told)


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", ":{port}"])
def test_figures_are_shown_where_the_operator_says_and_nowhere_else(
    alone: None, lobby: Room, alice: User, address: str
) -> None:
    port = free_port()
    with LiveServer(METRICS=address.format(port=port)) as server:
        with server.socket("/ws/chat/lobby/", alice) as page:
            page.resume()
            page.say("one", nonce="n")
            page.say("one", nonce="n")
            wait_for(lambda: "hubbub_deliveries_total 1.0" in figures(port), "it is delivered")
            shown = figures(port)
        assert status(server, "/metrics") == 404
    for figure in ("hubbub_sockets 1.0", "hubbub_repeated_nonces_total 1.0"):
        assert figure in shown


def figures(port: int) -> str:
    return requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
