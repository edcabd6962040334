"""People of rooms, in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import actions
from rooms.models import Message, Room, Sanction
from tests.accounts.test_admin import act
from tests.rooms.cases import mine

PEOPLE = "rooms/membership"


def test_people_of_a_room_are_muted_let_write_again_and_shown_out(
    lobby: Room, alice: User, bob: User, carol: User, as_grace: Client
) -> None:
    them = list(lobby.memberships.exclude(user=alice))
    page = act(as_grace, PEOPLE, "mute", *them, seconds="3600", reason="Calm down")
    assert "Done: 2." in page
    assert all(mine(each, lobby).is_muted for each in (bob, carol))
    assert Sanction.objects.get(person=bob).until < timezone.now() + timedelta(hours=1)
    assert "Done: 2." in act(as_grace, PEOPLE, "unmute", *them)
    assert not mine(bob, lobby).is_muted
    assert "Done: 2." in act(as_grace, PEOPLE, "show_out", *them, reason="Enough")
    assert set(lobby.memberships.values_list("user__username", flat=True)) == {"alice"}
    verbs = list(
        AuditEntry.objects.filter(target=bob, area=lobby.area).values_list("verb", "reason")
    )
    assert verbs[-3:] == [
        ("muted", "Calm down"),
        ("lifted mute", ""),
        ("removed from room", "Enough"),
    ]


def test_people_of_a_room_are_banned_and_let_in_again(
    lobby: Room, bob: User, as_grace: Client, as_bob: Client
) -> None:
    """A ban ends where sanctions are, as whoever is banned is in no room."""
    member = lobby.memberships.get(user=bob)
    assert "Done: 1." in act(as_grace, PEOPLE, "ban", member, seconds="", reason="Spam")
    assert as_bob.get("/rooms/lobby/").status_code == 403
    assert "@bob" not in as_grace.get(f"/admin/{PEOPLE}/?q=lobby").text
    ban = Sanction.objects.get(person=bob)
    assert ban.is_for_ever
    for address in ("", f"{ban.pk}/change/"):
        page = as_grace.get(f"/admin/rooms/sanction/{address}").text
        assert "for ever" in page
        assert "9000" not in page
    assert "Done: 1." in act(as_grace, "rooms/sanction", "lift", ban)
    assert as_bob.get("/rooms/lobby/").status_code == 200


def test_what_people_of_a_room_said_is_removed(
    lobby: Room, bob: User, alice: User, as_grace: Client
) -> None:
    member = lobby.memberships.get(user=bob)
    said = [actions.messages.post(room=lobby, author=bob, text=text) for text in "abcd"]
    for message, hours in zip(said, (40, 20, 0, 0), strict=True):
        then = timezone.now() - timedelta(hours=hours)
        Message.objects.filter(pk=message.pk).update(created_at=then)
    for action, left in (("sweep_hour", "ab"), ("sweep_day", "a"), ("sweep", "")):
        assert "Done: 1." in act(as_grace, PEOPLE, action, member, reason="Spam")
        standing = Message.objects.filter(author=bob, removed_at=None).order_by("seq")
        assert "".join(standing.values_list("text", flat=True)) == left
    assert "There was nothing of theirs to remove." in act(as_grace, PEOPLE, "sweep", member)


@pytest.mark.parametrize("seconds", ["-60", "soon", "9" * 20, "0"])
def test_a_time_that_cannot_be_mutes_nobody(
    lobby: Room, bob: User, as_grace: Client, seconds: str
) -> None:
    member = lobby.memberships.get(user=bob)
    for action in ("mute", "ban"):
        page = act(as_grace, PEOPLE, action, member, seconds=seconds)
        assert "A time is a whole number of seconds" in page
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("action", ["mute", "ban", "show_out", "sweep"])
def test_nobody_acts_on_themselves_an_equal_or_somebody_higher(
    lobby: Room, grace: User, sam: User, ada: User, as_grace: Client, action: str
) -> None:
    for each in (grace, sam, ada):
        actions.members.join(member=mine(each, lobby))
        actions.messages.post(room=lobby, author=each, text="said")
    them = lobby.memberships.filter(user__in=[grace, sam, ada])
    page = act(as_grace, PEOPLE, action, *them)
    assert "Done" not in page
    assert page.count("in lobby: ") == 3
    assert not Sanction.objects.exists()
    assert lobby.memberships.count() == 5
    assert not Message.objects.exclude(removed_at=None).exists()


def test_who_is_in_a_private_room_or_a_conversation_is_not_there_for_anybody(
    lobby: Room, den: Room, talk: Room, bob: User, as_grace: Client, as_ada: Client
) -> None:
    hidden = [room.memberships.get(user=bob) for room in (den, talk)]
    for client in (as_grace, as_ada):
        for asked in ("", "?q=@bob", "?q=den", f"?q={talk.slug}", "?role=member"):
            page = client.get(f"/admin/{PEOPLE}/{asked}").text
            assert not any(f"/membership/{each.pk}/change/" in page for each in hidden)
        assert (
            f"/membership/{lobby.memberships.get(user=bob).pk}/"
            in client.get(f"/admin/{PEOPLE}/?q=@bob").text
        )
        for each in hidden:
            assert client.get(f"/admin/{PEOPLE}/{each.pk}/change/").status_code == 302
        assert "Done" not in act(client, PEOPLE, "ban", *hidden)
    assert not Sanction.objects.exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=lobby", "alice bob carol"),
        ("q=@bob", "bob"),
        ("q=lobby+@carol", "carol"),
        ("q=@carol+/rooms/lobby/", "carol"),
        ("q=@nobody", ""),
        ("q=nowhere+@bob", ""),
        ("role=owner", "alice"),
        ("role=moderator&q=lobby", "carol"),
        ("muted=yes", "bob"),
        ("muted=yes&role=moderator", ""),
        ("role=nonsense", "alice bob carol"),
    ],
)
def test_people_of_rooms_are_found(
    lobby: Room, alice: User, bob: User, carol: User, as_grace: Client, asked: str, found: str
) -> None:
    actions.sanctions.mute(by=mine(alice, lobby), member=mine(bob, lobby))
    page = as_grace.get(f"/admin/{PEOPLE}/?{asked}").text
    assert sorted(re.findall(r"\(@(\w+)\)", page)) == found.split()
