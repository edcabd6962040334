"""Files come with a message, by its rules, and go with it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from rooms import access, actions
from rooms.errors import Invalid, Refused, Repeated, TooMany, Waiting
from rooms.models import Attachment, Held, Membership, Message, Room
from rooms.models.files import files_of
from tests.rooms.files import upload
from tests.rooms.views.test_budgets import queries

pytestmark = pytest.mark.django_db(transaction=True)


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def send(
    room: Room, user: User, *files: SimpleUploadedFile, text: str = "look", nonce: str | None = None
) -> Message:
    with actions.attachments.brought(by=member(room, user), files=files or [upload()]) as kept:
        return actions.messages.post(room=room, author=user, text=text, nonce=nonce, files=kept)


def kept() -> list[str]:
    """What lies in the storage, of all attachments that there ever were in this test."""
    folders, files = default_storage.listdir("") if default_storage.exists("") else ([], [])
    return sorted(files + [name for each in folders for name in default_storage.listdir(each)[1]])


@pytest.fixture(autouse=True)
def empty() -> None:
    for name in kept():
        default_storage.delete(f"{name[:2]}/{name}")


def test_a_message_with_files_is_one_message(lobby: Room, bob: User) -> None:
    said = send(lobby, bob, upload("../../garden.png"), upload("plan.pdf", b"%PDF-1.7"), text="")
    first, second = Attachment.objects.order_by("pk")
    assert (first.message, second.message, said.seq, said.text) == (said, said, 1, "")
    assert [(f.name, f.type, f.width) for f in (first, second)] == [
        ("garden.png", "image/png", 64),
        ("plan.pdf", "application/pdf", 0),
    ]
    said.refresh_from_db()
    assert said.in_words == "[garden.png, plan.pdf]"
    assert kept() == sorted([first.key, f"{first.key}.preview", second.key])


def test_the_same_nonce_is_the_same_message_and_its_files_are_kept_once(
    lobby: Room, bob: User
) -> None:
    first = send(lobby, bob, nonce="n")
    assert send(lobby, bob, nonce="n") == first
    assert (Message.objects.count(), Attachment.objects.count(), len(kept())) == (1, 1, 2)


def test_a_message_with_files_is_one_query_more_under_the_lock(lobby: Room, bob: User) -> None:
    with actions.attachments.brought(by=member(lobby, bob), files=[upload(), upload()]) as files:
        post = lambda: actions.messages.post(  # noqa: E731
            room=lobby, author=bob, text="look", files=files
        )
        assert len(queries(post)) == 4


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "Choose a file"),
        ([upload("void.txt", b"")], "“void.txt” is empty"),
        ([upload("big.txt", b"x" * 2_000_001)], "“big.txt” is larger than 1.9"),
        ([upload("a.txt", b"a")] * 4, "at most 3 files"),
        ([upload("a.txt", b"a"), upload("b.png", b"\x89PNG\r\n\x1a\n")], "“b.png” is damaged"),
    ],
)
def test_what_may_not_come_in_is_told_and_nothing_is_kept(
    lobby: Room, bob: User, settings: object, files: list[SimpleUploadedFile], told: str
) -> None:
    settings.FILE_BYTES, settings.FILES_PER_MESSAGE = 2_000_000, 3  # type: ignore[attr-defined]
    with (
        pytest.raises(Invalid, match=told),
        actions.attachments.brought(by=member(lobby, bob), files=files),
    ):
        pass
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_one_person_sends_so_much_within_a_day(
    lobby: Room, bob: User, alice: User, settings: object
) -> None:
    settings.FILE_BYTES_A_DAY = 10_000  # type: ignore[attr-defined]
    send(lobby, bob, upload("a.txt", b"x" * 6_000))
    with pytest.raises(TooMany, match="within a day"):
        send(lobby, bob, upload("b.txt", b"x"))
    send(lobby, alice, upload("b.txt", b"x"))
    Attachment.objects.update(made_at=timezone.now() - timedelta(hours=25))
    send(lobby, bob, upload("b.txt", b"x"))


def test_all_together_have_so_much_room(lobby: Room, bob: User, settings: object) -> None:
    settings.FILE_BYTES_IN_ALL = 10_000  # type: ignore[attr-defined]
    send(lobby, bob, upload("a.txt", b"x" * 6_000))
    with pytest.raises(Refused, match="no room"):
        send(lobby, bob, upload("b.txt", b"x"))
    assert len(kept()) == 1


def test_whoever_may_not_write_sends_no_files(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    with pytest.raises(Refused, match="Join this room"):
        send(lobby, mallory)
    actions.sanctions.mute(by=member(lobby, carol), member=member(lobby, bob))
    with pytest.raises(Refused, match="muted"):
        send(lobby, bob)
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_what_is_refused_under_the_lock_leaves_no_file(lobby: Room, bob: User, carol: User) -> None:
    actions.words.change(by=member(lobby, carol), blocked="darn")
    with pytest.raises(Refused, match="darn"):
        send(lobby, bob, text="darn it")
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_what_is_said_of_a_picture_is_masked_as_the_text_is(
    lobby: Room, bob: User, carol: User
) -> None:
    actions.words.change(by=member(lobby, carol), masked="darn", held="wait")
    for text in ("look", "wait"):
        mine = member(lobby, bob)
        with (
            suppress(Waiting),
            actions.attachments.brought(by=mine, files=[upload()], alts="A darn bed") as brought,
        ):
            actions.messages.post(room=lobby, author=bob, text=text, files=brought)
    said = actions.messages.approve(by=member(lobby, carol), held=Held.objects.get())
    for message in lobby.messages.order_by("seq"):
        (file,) = message.attachments.all()
        assert file.alt == files_of(message.files)[0].alt == "A ••• bed"
    assert said.seq == 2


def test_other_files_are_not_the_same_said_again(lobby: Room, bob: User) -> None:
    for size in range(1, 8):
        send(lobby, bob, upload("image.txt", b"x" * size), text="")
    for _ in range(5):
        send(lobby, bob, upload("image.txt", b"x"), text="")
    with pytest.raises(Repeated):
        send(lobby, bob, upload("image.txt", b"x"), text="")


@pytest.fixture
def waiting(lobby: Room, bob: User, carol: User) -> Held:
    actions.words.change(by=member(lobby, carol), held="wait")
    with pytest.raises(Waiting):
        send(lobby, bob, text="wait")
    return Held.objects.get()


def test_what_waits_keeps_its_files_and_brings_them_when_let_in(
    waiting: Held, lobby: Room, carol: User
) -> None:
    (file,) = waiting.attachments.all()
    said = actions.messages.approve(by=member(lobby, carol), held=waiting)
    file.refresh_from_db()
    assert (file.message, file.held, said.files) == (said, None, [file.file])


@pytest.mark.parametrize("end", ["rejected", "taken back", "left"])
def test_what_is_not_let_in_takes_its_files_along(
    waiting: Held, lobby: Room, bob: User, carol: User, end: str
) -> None:
    match end:
        case "rejected":
            actions.held.reject(by=member(lobby, carol), held=waiting)
        case "taken back":
            actions.held.take_back(by=member(lobby, bob), held=waiting)
        case "left":
            actions.members.leave(member=member(lobby, bob))
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_an_edit_changes_the_text_alone_and_may_leave_none(lobby: Room, bob: User) -> None:
    said = send(lobby, bob, text="my garden")
    edited = actions.messages.edit(member=member(lobby, bob), message=said, text="")
    assert (edited.text, edited.files) == ("", [list(Attachment.objects.get().file)])
    plain = actions.messages.post(room=lobby, author=bob, text="no file")
    with pytest.raises(Invalid):
        actions.messages.edit(member=member(lobby, bob), message=plain, text="")


def test_a_removed_message_without_a_text_can_be_brought_back_with_its_files(
    lobby: Room, bob: User, carol: User
) -> None:
    said = send(lobby, bob, text="")
    actions.removals.remove(member=member(lobby, carol), message=said)
    back = actions.removals.restore(member=member(lobby, carol), message=said)
    assert (back.is_removed, len(back.files or ()), len(kept())) == (False, 1, 2)


def age() -> None:
    Attachment.objects.update(made_at=timezone.now() - timedelta(hours=2))


def test_the_worker_deletes_what_belongs_to_no_message_and_nothing_else(
    lobby: Room, bob: User
) -> None:
    purged, stays = send(lobby, bob), send(lobby, bob)
    purged.delete()
    assert not actions.attachments.sweep()  # it could be an upload under way
    age()
    assert actions.attachments.sweep()
    assert not actions.attachments.sweep()
    left = Attachment.objects.get()
    assert (left.message, kept()) == (stays, sorted([left.key, f"{left.key}.preview"]))


def test_an_upload_cut_short_is_swept_later(lobby: Room, bob: User) -> None:
    """As if the process had ended between the file and its message."""
    brought = actions.attachments.brought(by=member(lobby, bob), files=[upload()])
    brought.__enter__()
    assert len(kept()) == 2
    age()
    assert actions.attachments.sweep()
    assert (Attachment.objects.count(), kept()) == (0, [])


def test_what_a_room_keeps_no_longer_takes_its_files_along(lobby: Room, bob: User) -> None:
    said = send(lobby, bob)
    actions.messages.post(room=lobby, author=bob, text="newer")
    Message.objects.filter(pk=said.pk).update(created_at=timezone.now() - timedelta(days=9))
    Room.objects.filter(pk=lobby.pk).update(retention=7)
    age()
    while actions.retention.step() or actions.attachments.sweep():
        pass
    assert (Message.objects.count(), Attachment.objects.count(), kept()) == (1, 0, [])


@pytest.mark.parametrize("erase", [True, False])
def test_closing_an_account_takes_files_along_only_with_the_messages(
    lobby: Room, bob: User, erase: bool
) -> None:
    send(lobby, bob)
    actions.leaving.leave(person=bob, erase=erase)
    while actions.leaving.step():
        pass
    said = Message.objects.get()
    assert (said.files is None, len(kept())) == (erase, 0 if erase else 2)
