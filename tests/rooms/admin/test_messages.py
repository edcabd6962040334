"""Messages, in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.admin.base import EndlessAdmin
from accounts.models import User
from rooms import actions
from rooms.models import Held, Room, Why


def test_what_is_said_in_private_rooms_is_not_there_for_anybody(
    lobby: Room, den: Room, alice: User, bob: User, as_grace: Client, as_ada: Client
) -> None:
    """Neither for staff nor for administrators, in no list, search or page of its own."""
    there, here = (
        actions.messages.post(room=r, author=bob, text="my secret") for r in (den, lobby)
    )
    waits = [
        Held.objects.create(room=room, author=bob, text="held secret", why=Why.WORD)
        for room in (den, lobby)
    ]
    for client in (as_grace, as_ada):
        for model, (hidden, shown) in {"message": (there, here), "held": waits}.items():
            for asked in ("", "?q=@bob", "?q=den", f"?pk={hidden.pk}"):
                page = client.get(f"/admin/rooms/{model}/{asked}", follow=True).text
                assert f"/{model}/{hidden.pk}/change/" not in page
            assert f"/{model}/{shown.pk}/change/" in client.get(f"/admin/rooms/{model}/").text
            assert client.get(f"/admin/rooms/{model}/{hidden.pk}/change/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("removed=yes", {3}),
        ("removed=no", {1, 2, 4}),
        ("files=yes", {4}),
        ("files=yes&removed=yes", set()),
        ("q=@bob&removed=yes", {3}),
        ("q=@alice&removed=yes", set()),
        ("q=lobby&removed=yes", {3}),
        ("lately=1", {2, 3, 4}),
        ("lately=1&q=@bob", {3, 4}),
        ("lately=x", {1, 2, 3, 4}),
    ],
)
def test_messages_are_filtered(
    lobby: Room, den: Room, alice: User, bob: User, as_grace: Client, asked: str, found: set[int]
) -> None:
    """Of public rooms alone; an old one by each, and a removed one with its name still there."""
    for room in (den, lobby):
        for author, text in ((alice, "old"), (alice, "new"), (bob, "gone"), (bob, "with a file")):
            actions.messages.post(room=room, author=author, text=text)
        room.messages.filter(seq=1).update(created_at=timezone.now() - timedelta(days=2))
        room.messages.filter(seq=3).update(removed_at=timezone.now())
        room.messages.filter(seq=4).update(
            files=[["k", "x.txt", "text/plain", 1, None, None, False, ""]]
        )
    page = as_grace.get(f"/admin/rooms/message/?{asked}").text
    assert {int(seq) for seq in re.findall(r">lobby/(\d)<", page)} == found
    assert ">den/" not in page


def test_what_stands_in_public_rooms_is_listed_however_much_is_said_elsewhere(
    lobby: Room,
    den: Room,
    alice: User,
    bob: User,
    as_grace: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(EndlessAdmin, "looked_at", 3)
    actions.messages.post(room=lobby, author=alice, text="the first")
    for number in range(5):
        actions.messages.post(room=den, author=bob, text=f"secret {number}")
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/").text
