"""What a text would look like, before it is sent."""

import pytest
from django.test import Client

from accounts.models import User
from rooms.models import Message, Room


def test_a_text_is_shown_as_others_would_read_it_and_nothing_is_stored(
    lobby: Room, bob: User, as_alice: Client
) -> None:
    text = "**bold** for @bob, <b>not</b>"
    fields = {"message": text, "nonce": "n1"}
    page = as_alice.post("/rooms/lobby/preview/", fields).content.decode()
    assert '<strong>bold</strong> for <span class="at" dir="auto">@bob</span>, &lt;b&gt;' in page
    assert 'name="nonce" value="n1"' in page
    assert "\n**bold** for @bob, &lt;b&gt;not&lt;/b&gt;</textarea>" in page
    htmx = {"HX-Request": "true"}
    sheet = as_alice.post("/rooms/lobby/preview/", fields, headers=htmx).content.decode()
    assert sheet.startswith('<dialog class="sheet" open')
    assert "<strong>bold</strong>" in sheet
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["", "x" * 10_001])
def test_what_cannot_be_a_message_is_said_so(lobby: Room, as_alice: Client, text: str) -> None:
    page = as_alice.post("/rooms/lobby/preview/", {"message": text}).content.decode()
    assert 'class="notice error"' in page
    assert f"\n{text}</textarea>" in page
