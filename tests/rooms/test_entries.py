"""How the log says what was changed."""

import pytest
from django.utils import translation

from rooms.templatetags.entries import in_words

pytestmark = pytest.mark.once


def test_what_was_changed_is_said_in_the_readers_words() -> None:
    changed = {"slow_mode": 300, "posting": "nobody", "topic": "", "until": "2026-05-05T12:00:00Z"}
    assert in_words(changed) == [
        ("slow mode", "5 minutes"),
        ("who writes", "Nobody: the room can only be read"),
        ("topic", "none"),
        ("until", "5 May 2026, 12:00"),
    ]
    with translation.override("de"):
        assert in_words({"erase": True, "role": "owner"}) == [
            ("Nachrichten gelöscht", "ja"),
            ("Rolle", "Leitung"),
        ]
    assert in_words({"odd": "<b>"}) == [("odd", "<b>")]
