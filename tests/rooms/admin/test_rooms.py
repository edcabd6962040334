"""Rooms and their words, in Django's admin."""

from django.test import Client

from accounts.models import AuditEntry, User
from rooms import actions
from rooms.models import Room, WordList
from tests.accounts.test_admin import act
from tests.rooms.cases import mine


def test_rooms_are_archived_and_brought_back(lobby: Room, den: Room, as_grace: Client) -> None:
    page = act(as_grace, "rooms/room", "archive", lobby, den)
    assert "Done: 1." in page
    lobby.refresh_from_db()
    assert lobby.is_archived
    assert AuditEntry.objects.get(verb="changed room").area == lobby.area
    act(as_grace, "rooms/room", "bring_back", lobby)
    lobby.refresh_from_db()
    assert not lobby.is_archived


def test_rooms_are_filtered(
    lobby: Room, den: Room, talk: Room, alice: User, as_grace: Client
) -> None:
    actions.rooms.change(by=mine(alice, lobby), archived=True)
    for asked, found in (
        ("", {"lobby", "den"}),
        ("kind=public", {"lobby"}),
        ("kind=private", {"den"}),
        ("kind=direct", {"lobby", "den"}),
        ("archived=yes", {"lobby"}),
        ("archived=no&kind=public", set()),
    ):
        page = as_grace.get(f"/admin/rooms/room/?{asked}").text
        assert {room.name for room in (lobby, den) if f"/room/{room.pk}/change/" in page} == found
        assert f"/room/{talk.pk}/change/" not in page
    assert "kind=direct" not in as_grace.get("/admin/rooms/room/").text


def test_word_lists_are_emptied(lobby: Room, alice: User, grace: User, as_grace: Client) -> None:
    here = actions.words.change(by=mine(alice, lobby), blocked="spam")
    there = actions.words.change_site(by=grace, masked="rude")
    assert "Done: 2." in act(as_grace, "rooms/wordlist", "empty", here, there)
    assert not WordList.objects.exclude(blocked="", masked="", held="").exists()
    assert AuditEntry.objects.filter(verb="changed words", actor=grace).count() == 3
