"""Mutes and bans, in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import actions
from rooms.models import Room, Sanction
from tests.accounts.test_admin import act
from tests.rooms.cases import mine


def test_sanctions_are_lifted_and_messages_removed_by_the_same_actions(
    lobby: Room, den: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    here, there = (actions.messages.post(room=r, author=bob, text="spam") for r in (lobby, den))
    page = act(as_grace, "rooms/message", "remove", here, there, reason="Spam")
    assert "Done: 1." in page
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.is_removed, here.removal_reason, there.is_removed) == (True, "Spam", False)
    assert "Done: 1." in act(as_grace, "rooms/message", "restore", here, there, reason="A slip")
    here.refresh_from_db()
    assert not here.is_removed
    muted = actions.sanctions.mute(by=mine(alice, lobby), member=mine(bob, lobby))
    banned = actions.sanctions.ban(by=mine(alice, lobby), member=mine(mallory, lobby))
    assert "Done: 2." in act(as_grace, "rooms/sanction", "lift", muted, banned, reason="Sorry")
    assert "It is over" in act(as_grace, "rooms/sanction", "lift", muted)
    assert not mine(bob, lobby).is_muted
    verbs = set(AuditEntry.objects.filter(area=lobby.area).values_list("verb", flat=True))
    assert {"removed message", "lifted mute", "lifted ban"} <= verbs


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=stands", "alice carol"),
        ("state=over", "bob"),
        ("state=lifted", "mallory"),
        ("measure=ban", "carol mallory"),
        ("measure=ban&state=stands", "carol"),
        ("q=lobby+@bob&state=over", "bob"),
        ("q=@bob&state=stands", ""),
        ("lately=7", "alice bob carol mallory"),
    ],
)
def test_sanctions_are_filtered(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, as_grace: Client, asked: str,
    found: str,
) -> None:  # fmt: skip
    now = timezone.now()
    later, before = now + timedelta(hours=1), now - timedelta(minutes=1)
    for person_, measure, until, lifted in (
        (alice, "mute", later, None),
        (bob, "mute", before, None),
        (carol, "ban", later, None),
        (mallory, "ban", later, now),
    ):
        Sanction.objects.create(
            room=lobby, person=person_, measure=measure, until=until, lifted_at=lifted
        )
    page = as_grace.get(f"/admin/rooms/sanction/?{asked}").text
    assert sorted(re.findall(r"/members/(\w+)/", page)) == found.split()
