"""What a room or a person takes away."""

import io
import json
import random
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest
import requests
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from accounts.actions import blocks
from accounts.models import AuditEntry, Notice, User
from rooms import actions, takeaway
from rooms.models import Attachment, Decision, Held, Room, Why
from tests.conftest import PASSWORD
from tests.live import LiveServer
from tests.rooms.files import upload
from tests.rooms.realtime.test_closing import TOKEN


def files(parts: Iterator[bytes]) -> dict[str, str]:
    with ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def taken(client: Client, address: str) -> dict[str, str]:
    answer: Any = client.post(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    return files(answer)


def test_a_conversation_is_called_by_the_other_one(talk: Room, alice: User) -> None:
    actions.messages.post(room=talk, author=alice, text="hello")
    (account, messages) = files(takeaway.of_person(alice)).values()
    found = {"name": "Bob Brown", "address": talk.slug, "role": "member"}
    assert found.items() <= json.loads(account)["rooms"][-1].items()
    assert json.loads(messages)["messages"][0]["text"] == "hello"


def test_an_owner_takes_all_that_can_be_read(
    as_alice: Client, alice: User, bob: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeaway, "AT_ONCE", 2)
    for number in range(5):
        actions.messages.post(room=lobby, author=bob, text=f"**{number}** <script>")
    his = lobby.memberships.get(user=bob)
    actions.removals.remove(member=his, message=lobby.messages.get(seq=3))
    found = taken(as_alice, "/rooms/lobby/take-away/")
    told = json.loads(found["messages.json"])
    assert told["name"] == "lobby"
    assert [m["number"] for m in told["messages"]] == [1, 2, 3, 4, 5]
    assert told["messages"][0]["text"] == "**0** <script>"
    assert told["messages"][2]["text"] is None
    page = found["messages.html"]
    assert "<strong>0</strong> &lt;script&gt;" in page
    assert "<script>" not in page
    assert "<strong>2</strong>" not in page
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.subject) == (alice, "took copy", "lobby")


def test_an_empty_room_is_a_whole_document(as_alice: Client, lobby: Room) -> None:
    assert json.loads(taken(as_alice, "/rooms/lobby/take-away/")["messages.json"])["messages"] == []


def test_staff_take_a_public_room_and_no_private_one(
    as_grace: Client, lobby: Room, den: Room
) -> None:
    assert taken(as_grace, "/rooms/lobby/take-away/")
    assert as_grace.post(f"/rooms/{den.slug}/take-away/").status_code == 404


def test_files_are_in_it_but_for_what_was_removed(
    as_alice: Client, as_bob: Client, bob: User, lobby: Room
) -> None:
    his = lobby.memberships.get(user=bob)
    for data in (b"kept", b"removed", b"lost"):
        with actions.attachments.brought(by=his, files=[upload("a <b>.txt", data)]) as brought:
            actions.messages.post(room=lobby, author=bob, text="", files=brought)
    actions.removals.remove(member=his, message=lobby.messages.get(seq=2))
    default_storage.delete(Attachment.objects.latest("pk").path)
    found = taken(as_alice, "/rooms/lobby/take-away/")
    assert found["files/1-1-a _b_.txt"] == "kept"
    assert [name for name in found if name.startswith("files/")] == ["files/1-1-a _b_.txt"]
    assert '<a href="files/1-1-a%20_b_.txt">' in found["messages.html"]
    told = json.loads(found["messages.json"])["messages"]
    assert [len(m["files"]) for m in told] == [1, 0, 1]
    own = taken(as_bob, "/me/take-away/")
    assert own["files/lobby-1-1-a _b_.txt"] == "kept"
    assert own["files/lobby-2-1-a _b_.txt"] == "removed"


def test_what_waits_with_files_alone_is_ones_own_too(
    as_bob: Client, bob: User, lobby: Room
) -> None:
    for decision in ("", Decision.REJECTED, Decision.WITHDRAWN):
        held = Held.objects.create(
            room=lobby, author=bob, text="", why=Why.NEW, decision=decision, reason="Blurred"
        )
        file = Attachment.objects.create(held=held, name="a.txt", type="text/plain", size=7)
        default_storage.save(file.path, ContentFile(decision or "waiting"))
    own = taken(as_bob, "/me/take-away/")
    told = json.loads(own["account.json"])["not_let_in"]
    assert [each["decision"] for each in told] == ["waiting", "rejected"]
    assert [own[name] for each in told for name in each["files"]] == ["waiting", "rejected"]
    assert len([name for name in own if name.startswith("files/")]) == 2


def test_a_member_takes_no_room(as_bob: Client, lobby: Room) -> None:
    assert as_bob.post("/rooms/lobby/take-away/").status_code == 403
    assert not AuditEntry.objects.exists()


def test_one_takes_what_is_ones_own_and_nothing_else(
    as_bob: Client, bob: User, alice: User, lobby: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeaway, "AT_ONCE", 2)
    for number in range(5):
        actions.messages.post(room=lobby, author=bob, text=f"mine {number}")
    actions.messages.post(room=lobby, author=alice, text="hers")
    blocks.block(by=bob, person=alice)
    about = {"room": lobby, "kind": "other", "comment": "unkind"}
    actions.reports.report_person(by=bob, person=alice, **about)  # type: ignore[arg-type]
    actions.reports.report_person(by=alice, person=bob, **about)  # type: ignore[arg-type]
    for author, text in ((bob, "waits"), (alice, "hers waits")):
        Held.objects.create(room=lobby, author=author, text=text, why=Why.WORD)
    Notice.objects.create(user=bob, text="for bob")
    Notice.objects.create(user=alice, text="for alice")
    found = taken(as_bob, "/me/take-away/")
    account = json.loads(found["account.json"])
    assert (account["username"], account["email"]) == ("bob", "bob@example.org")
    assert [room["address"] for room in account["rooms"]] == ["lobby"]
    assert account["blocked"] == ["alice"]
    assert [report["comment"] for report in account["reports"]] == ["unkind"]
    assert [each["text"] for each in account["told"]] == ["for bob"]
    assert [(each["text"], each["decision"]) for each in account["not_let_in"]] == [
        ("waits", "waiting")
    ]
    messages = json.loads(found["messages.json"])["messages"]
    assert [m["text"] for m in messages] == [f"mine {n}" for n in range(5)]
    assert "hers" not in found["messages.json"]


@pytest.mark.parametrize("address", ["/me/take-away/", "/rooms/lobby/take-away/"])
def test_taking_away_is_a_post_of_somebody_signed_in(
    as_alice: Client, client: Client, lobby: Room, address: str
) -> None:
    assert as_alice.get(address).status_code == 405
    assert client.post(address).status_code == 302


def test_the_zip_is_sent_while_it_is_made() -> None:
    chance = random.Random(1)
    pieces = [chance.randbytes(60_000).hex() for _ in range(12)]
    parts = list(takeaway.zipped([("noise", iter(pieces))]))
    assert len(parts) > 6
    assert max(map(len, parts)) < 3 * takeaway.SENT
    assert files(iter(parts)) == {"noise": "".join(pieces)}


def test_the_server_sends_it_whole(live: LiveServer, lobby: Room, alice: User) -> None:
    for number in range(20):
        actions.messages.post(room=lobby, author=alice, text=f"message {number}")
    with requests.Session() as http:
        login = http.get(f"{live.url}/accounts/login/", timeout=20)
        token = TOKEN.findall(login.text)[0]
        form = {"login": "alice", "password": PASSWORD, "csrfmiddlewaretoken": token}
        page = http.post(f"{live.url}/accounts/login/", data=form, timeout=20)
        form = {"csrfmiddlewaretoken": TOKEN.findall(page.text)[0]}
        answer = http.post(f"{live.url}/rooms/lobby/take-away/", data=form, timeout=20)
    assert len(json.loads(files(iter([answer.content]))["messages.json"])["messages"]) == 20
