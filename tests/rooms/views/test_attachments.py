"""Files over HTTP: sent with and without script, and given to those alone who may read the room."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from rooms import access, actions, throttle
from rooms.models import Attachment, Membership, Message, Room
from tests.conftest import signed_in
from tests.rooms.files import picture, upload

HTMX = {"HX-Request": "true"}


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def send(client: Client, room: Room, *files: object, **fields: str) -> Attachment:
    form = {"files": list(files) or [upload()], "message": "look", **fields}
    answer = client.post(f"/rooms/{room.slug}/files/", form)
    assert (answer.status_code, answer["Location"]) == (303, f"/rooms/{room.slug}/")
    return Attachment.objects.latest("pk")


def address(room: Room, file: Attachment) -> str:
    return f"/rooms/{room.slug}/files/{file.key}/"


def test_a_picture_is_in_the_row_and_its_room_with_it(lobby: Room, as_bob: Client) -> None:
    file = send(as_bob, lobby, upload("<b>garden</b>.png", picture((1000, 500))))
    shown = as_bob.get("/rooms/lobby/").text
    assert f'src="/rooms/lobby/files/{file.key}/preview/" width="400" height="200"' in shown
    assert 'alt="b_.png"' in shown
    send(as_bob, lobby, upload(), upload("notes.txt", b"-"), upload(), alt="A <bed>\r\nA robin")
    shown = as_bob.get("/rooms/lobby/").text
    assert 'alt="A &lt;bed&gt;"' in shown
    assert 'alt="A robin"' in shown
    assert Attachment.objects.get(name="notes.txt").alt == ""
    assert '<p dir="auto">look</p>' in shown


def test_what_is_said_of_a_picture_is_held_to_the_same_words(
    lobby: Room, alice: User, as_bob: Client
) -> None:
    actions.words.change(by=member(lobby, alice), blocked="slug")
    form = {"files": [upload()], "message": "look", "alt": "A slug"}
    refused = as_bob.post("/rooms/lobby/files/", form)
    assert (refused.status_code, "“slug” is not said here" in refused.text) == (403, True)
    assert 'rows="1" dir="auto">\nA slug</textarea>' in refused.text


def test_files_from_before_they_were_described_are_shown(lobby: Room, as_bob: Client) -> None:
    file = send(as_bob, lobby, upload("bed.png"))
    message = Message.objects.get(attachments=file)
    assert message.files
    message.files = [each[:-1] for each in message.files]
    message.save(update_fields=["files"])
    assert 'alt="bed.png"' in as_bob.get("/rooms/lobby/").text


def test_the_form_is_a_page_and_keeps_the_text_of_what_is_refused(
    lobby: Room, as_bob: Client
) -> None:
    assert 'enctype="multipart/form-data"' in as_bob.get("/rooms/lobby/files/").text
    form = {
        "files": [upload("x.png", b"\x89PNG\r\n\x1a\n")],
        "message": "my <garden>",
        "nonce": "n",
    }
    answer = as_bob.post("/rooms/lobby/files/", form)
    assert (answer.status_code, Message.objects.count()) == (422, 0)
    assert "“x.png” is damaged" in answer.text
    assert "my &lt;garden&gt;</textarea>" in answer.text
    assert 'name="nonce" value="n"' in answer.text


def test_with_script_a_fresh_form_comes_back_or_what_is_wrong(lobby: Room, as_bob: Client) -> None:
    form = {"files": [upload()], "message": "look", "nonce": "n"}
    done = as_bob.post("/rooms/lobby/files/", form, headers=HTMX)
    assert (done.status_code, Message.objects.get().text) == (200, "look")
    assert '<div id="attach"' in done.text
    assert 'hx-swap-oob="true"' in done.text
    refused = as_bob.post("/rooms/lobby/files/", {"message": "look"}, headers=HTMX)
    assert (refused.status_code, "Choose a file" in refused.text) == (422, True)
    assert "<form" not in refused.text


def test_the_same_nonce_with_another_text_is_told_and_gets_another(
    lobby: Room, as_bob: Client
) -> None:
    send(as_bob, lobby, nonce="n")
    form = {"files": [upload()], "message": "something else", "nonce": "n"}
    answer = as_bob.post("/rooms/lobby/files/", form, headers=HTMX)
    assert (answer.status_code, Attachment.objects.count()) == (409, 1)
    assert 'id="attach-nonce"' in answer.text


def test_a_file_carries_what_keeps_it_harmless(lobby: Room, as_bob: Client) -> None:
    file = send(as_bob, lobby, upload("x.png", b"<script>alert(document.cookie)</script>"))
    answer = as_bob.get(address(lobby, file))
    assert content(answer) == b"<script>alert(document.cookie)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="x.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert answer["Content-Length"] == "39"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("東京 “x”.pdf", "filename*=utf-8''%E6%9D%B1%E4%BA%AC%20%E2%80%9Cx%E2%80%9D.pdf"),
        ("a\\b\r\nSet-Cookie: x.html", 'filename="b Set-Cookie_ x.html"'),
    ],
)
def test_any_name_is_said_as_a_header_may(lobby: Room, bob: User, name: str, said: str) -> None:
    file = upload("x.bin", b"x")
    file.__dict__["_name"] = name  # as a client may send it that is no browser
    with actions.attachments.brought(by=member(lobby, bob), files=[file]) as files:
        actions.messages.post(room=lobby, author=bob, text="", files=files)
    answer = signed_in(bob).get(address(lobby, Attachment.objects.get()))
    content(answer)
    assert answer["Content-Disposition"] == f"attachment; {said}"


def test_it_is_kept_by_the_browser_and_of_a_private_room_asked_about(
    lobby: Room, den: Room, as_bob: Client
) -> None:
    for room, kept in ((lobby, "max-age=86400"), (den, "no-cache")):
        file = send(as_bob, room)
        for path in ("", "preview/"):
            answer = as_bob.get(address(room, file) + path)
            assert kept in answer["Cache-Control"]
            assert "private" in answer["Cache-Control"]
            content(answer)
            again = as_bob.get(
                address(room, file) + path, headers={"If-None-Match": answer["ETag"]}
            )
            assert (again.status_code, again.content) == (304, b"")
            assert again["Content-Security-Policy"] == answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status", "data", "said"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-2", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=٣-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
    ],
)
def test_a_stretch_of_it_can_be_asked_for(
    lobby: Room, as_bob: Client, asked: str, status: int, data: bytes, said: str | None
) -> None:
    file = send(as_bob, lobby, upload("a.txt", b"0123456789"))
    answer = as_bob.get(address(lobby, file), headers={"Range": asked.encode().decode("latin1")})
    assert (answer.status_code, content(answer), answer.get("Content-Range")) == (
        status,
        data,
        said,
    )


def outcomes(client: Client, room: Room, file: Attachment) -> set[int]:
    answers = [client.get(address(room, file) + path) for path in ("", "preview/")]
    for answer in answers:
        content(answer)
    return {answer.status_code for answer in answers}


def said_with(file: Attachment) -> Message:
    assert file.message is not None
    return file.message


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_what_was_removed_is_gone_at_once_but_for_moderators(
    lobby: Room, bob: User, as_bob: Client, as_alice: Client, as_carol: Client
) -> None:
    file = send(as_bob, lobby, upload("secret-plan.png"))
    assert outcomes(as_bob, lobby, file) == {200}
    actions.removals.remove(member=member(lobby, bob), message=said_with(file))
    assert outcomes(as_bob, lobby, file) == {404}
    assert outcomes(as_carol, lobby, file) == {200}
    assert file.key not in as_bob.get("/rooms/lobby/").text
    assert file.key not in as_bob.get("/rooms/lobby/menu/?seq=1").text
    assert file.key in as_carol.get("/rooms/lobby/menu/?seq=1").text


def test_whoever_is_banned_or_a_stranger_gets_nothing_by_an_address_known_before(
    lobby: Room, den: Room, bob: User, alice: User, as_bob: Client, as_mallory: Client
) -> None:
    in_lobby, in_den = send(as_bob, lobby), send(as_bob, den)
    assert outcomes(as_mallory, lobby, in_lobby) == {200}  # a public room
    assert outcomes(as_mallory, den, in_den) == {404}
    assert outcomes(as_mallory, lobby, in_den) == {404}
    actions.sanctions.ban(by=member(lobby, alice), member=member(lobby, bob))
    actions.sanctions.ban(by=member(den, alice), member=member(den, bob))
    assert outcomes(as_bob, lobby, in_lobby) == {403}
    assert outcomes(as_bob, den, in_den) == {404}
    assert outcomes(as_bob, lobby, in_den) == {403}
    assert Client().get(address(lobby, in_lobby)).status_code == 302
    assert as_mallory.get("/rooms/lobby/files/x%00y/").status_code == 404


def test_what_waits_is_seen_by_its_author_and_moderators_alone(
    lobby: Room, carol: User, as_bob: Client, as_carol: Client, as_mallory: Client
) -> None:
    actions.words.change(by=member(lobby, carol), held="wait")
    file = send(as_bob, lobby, message="wait")
    assert "waits for a moderator" in as_bob.get("/rooms/lobby/").text
    assert {outcomes(c, lobby, file).pop() for c in (as_bob, as_carol)} == {200}
    assert outcomes(as_mallory, lobby, file) == {404}
    for client in (as_bob, as_carol):
        assert f"files/{file.key}/preview/" in client.get("/rooms/lobby/held/").text


def test_a_file_that_is_missing_on_disk_is_a_404(lobby: Room, as_bob: Client) -> None:
    file = send(as_bob, lobby)
    default_storage.delete(file.path)
    default_storage.delete(file.preview_path)
    assert outcomes(as_bob, lobby, file) == {404}


def test_more_files_than_any_form_has_are_no_fault_of_ours(lobby: Room, as_bob: Client) -> None:
    many = [upload(f"{n}.txt", b"x") for n in range(150)]
    answer = as_bob.post("/rooms/lobby/files/", {"files": many, "message": "look"})
    assert (answer.status_code, Message.objects.count()) == (400, 0)


def test_one_person_sends_one_thing_at_a_time(lobby: Room, bob: User, as_bob: Client) -> None:
    with throttle.one_upload(bob.pk):
        answer = as_bob.post("/rooms/lobby/files/", {"files": [upload()], "message": "my text"})
    assert (answer.status_code, answer["Retry-After"]) == (429, "5")
    assert "my text</textarea>" in answer.text
    send(as_bob, lobby)


def test_a_report_keeps_what_was_called_how(
    lobby: Room, as_bob: Client, alice: User, as_carol: Client
) -> None:
    file = send(as_bob, lobby, upload("casino.png"), message="")
    made = actions.reports.report_message(
        by=member(lobby, alice), message=said_with(file), kind="spam"
    )
    assert made.text == "[casino.png]"
    page = as_carol.get(f"/rooms/lobby/reports/{made.case_id}/").text
    assert "[casino.png]" in page
    assert f"files/{file.key}/preview/" in page


def test_a_text_can_bring_no_picture_into_a_row(lobby: Room, bob: User, as_bob: Client) -> None:
    file = send(as_bob, lobby)
    text = f'![x](/rooms/lobby/files/{file.key}/) <img src="/rooms/lobby/files/{file.key}/">'
    said = actions.messages.post(room=lobby, author=bob, text=text)
    assert "<img" not in said.html
