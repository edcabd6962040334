"""Somebody's words folded on my pages, and on nobody else's."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.browser.person import send

pytestmark = pytest.mark.once


def test_what_a_blocked_person_says_is_folded_on_open_pages_and_unfolded_by_its_link(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=alice, text="one")
    actions.messages.post(room=lobby, author=alice, text="two")
    reader = browse(bob)
    his, hers = reader.enter(lobby), browse(alice).enter(lobby)
    expect(his.locator("#m2 .message-body")).to_be_visible()
    about = reader.visit("/people/alice/")
    about.get_by_role("button", name="Block").click()
    for row in ("#m1", "#m2"):
        expect(his.locator(f"{row} .message-body")).to_be_hidden()
        expect(his.locator(f"{row} .when")).to_be_visible()
    send(hers, "three")
    expect(his.locator("#m3 .when")).to_be_visible()
    expect(his.locator("#m3 .message-body")).to_be_hidden()
    expect(hers.locator("#m3 .message-body")).to_be_visible()
    his.locator("#m3 .when").click()
    expect(his.locator("#m3 .message-body")).to_be_visible()
    expect(his.locator("#m2 .message-body")).to_be_hidden()
    about.get_by_role("button", name="Unblock").click()
    expect(his.locator("#m2 .message-body")).to_be_visible()
