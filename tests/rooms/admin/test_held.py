"""What waits to be let in, in Django's admin."""

from django.test import Client

from accounts.models import AuditEntry, User
from rooms.models import Held, Message, Room, Why
from tests.accounts.test_admin import act


def test_what_waits_is_let_in_and_rejected_in_bulk(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    """By the same actions as in the room: one's own rank counts, and nothing is decided twice."""
    waits = [
        Held.objects.create(room=lobby, author=bob, text=text, why=Why.WORD)
        for text in ("one", "two", "three")
    ]
    assert "Done: 2." in act(as_grace, "rooms/held", "approve", *waits[:2])
    assert [m.text for m in Message.objects.order_by("seq")] == ["one", "two"]
    assert "Done: 1." in act(as_grace, "rooms/held", "reject", *waits, reason="Off topic")
    assert not Held.objects.waiting().exists()
    assert Held.objects.get(decision="rejected").reason == "Off topic"
    assert AuditEntry.objects.filter(verb="rejected message", target=bob.pk).count() == 1
