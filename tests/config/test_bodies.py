"""Bodies and answers of any size, past a server whose memory stays as it is."""

import re
import socket
from pathlib import Path

import requests
from django.conf import settings

from accounts.models import User
from config.bodies import ANY_BODY, upload_limit
from rooms.models import Attachment, Message, Room
from tests.live import LiveServer, session_of, wait_for

CSRF = "k" * 32
SIZE = 9_500_000


def cookies(user: User) -> dict[str, str]:
    return {settings.SESSION_COOKIE_NAME: session_of(user), settings.CSRF_COOKIE_NAME: CSRF}


def test_large_files_come_in_and_go_out_whole(live: LiveServer, lobby: Room, bob: User) -> None:
    data = bytes(range(256)) * (SIZE // 256)
    session = requests.Session()
    session.cookies.update(cookies(bob))
    form = {"message": "look", "csrfmiddlewaretoken": CSRF}
    sent = [("files", (f"{n}.bin", data)) for n in range(4)]
    answer = session.post(
        f"{live.url}/rooms/lobby/files/", data=form, files=sent, allow_redirects=False, timeout=60
    )
    assert answer.status_code == 303
    file = Attachment.objects.first()
    assert file is not None
    assert file.message == Message.objects.get()
    address = f"{live.url}/rooms/lobby/files/{file.key}/"
    assert session.get(address, timeout=60).content == data
    stretch = session.get(address, headers={"Range": "bytes=256-"}, timeout=60)
    assert (stretch.status_code, stretch.content) == (206, data[256:])


def test_what_is_too_much_is_answered_and_the_server_goes_on(live: LiveServer) -> None:
    for path, most in (("/accounts/login/", ANY_BODY), ("/rooms/x/files/", upload_limit())):
        pieces = iter([b"x" * 1_000_000] * (most // 1_000_000 + 2))
        answer = requests.post(f"{live.url}{path}", data=pieces, timeout=60)
        assert answer.status_code == 413
        assert "more than can be sent" in answer.text
    long = b"x" * (ANY_BODY + 1)
    assert requests.post(f"{live.url}/accounts/login/", data=long, timeout=60).status_code == 413
    assert requests.get(f"{live.url}/healthz", timeout=10).status_code == 200


def memory(live: LiveServer) -> int:
    assert live.process is not None
    status = Path(f"/proc/{live.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) * 1024


def test_clients_that_do_not_read_fill_no_memory_and_stop_nobody(
    live: LiveServer, lobby: Room, bob: User
) -> None:
    session = requests.Session()
    session.cookies.update(cookies(bob))
    form = {"message": "look", "csrfmiddlewaretoken": CSRF}
    sent = [("files", ("a.bin", b"x" * SIZE))]
    session.post(f"{live.url}/rooms/lobby/files/", data=form, files=sent, timeout=60)
    file = Attachment.objects.get()
    before = memory(live)
    lazy = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(20)]
    for each in lazy:
        each.sendall(
            f"GET /rooms/lobby/files/{file.key}/ HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n"
            f"Cookie: {settings.SESSION_COOKIE_NAME}={session_of(bob)}\r\n\r\n".encode()
        )
    for each in lazy:
        wait_for(lambda each=each: each.recv(1, socket.MSG_PEEK), "an answer")  # type: ignore[misc]
    assert session.get(f"{live.url}/rooms/lobby/", timeout=10).status_code == 200
    assert memory(live) - before < 10 * SIZE
    for each in lazy:
        each.close()
