"""Pages come compressed to whoever takes that; files do not."""

import gzip

from django.test import Client

from rooms.models import Attachment, Room
from tests.rooms.files import upload

TAKES = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_a_fraction_of_itself_on_its_way(lobby: Room, as_bob: Client) -> None:
    plain = as_bob.get("/rooms/lobby/")
    assert "Content-Encoding" not in plain.headers
    small = as_bob.get("/rooms/lobby/", headers=TAKES)
    assert small.headers["Content-Encoding"] == "gzip"
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, small))
    assert b'id="composer"' in gzip.decompress(small.content)
    assert len(small.content) < len(plain.content) / 2


def test_a_page_that_did_not_change_is_still_not_sent_again(lobby: Room, as_bob: Client) -> None:
    etag = as_bob.get("/rooms/lobby/history/", headers=TAKES).headers["ETag"]
    again = as_bob.get("/rooms/lobby/history/", headers=TAKES | {"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_file_keeps_its_length(lobby: Room, as_bob: Client) -> None:
    text = b"all the same " * 1_000
    form = {"files": [upload("a.txt", text)], "message": "look"}
    as_bob.post("/rooms/lobby/files/", form)
    key = Attachment.objects.get().key
    answer = as_bob.get(f"/rooms/lobby/files/{key}/", headers=TAKES)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Content-Length"] == str(len(text))
    assert b"".join(answer) == text
