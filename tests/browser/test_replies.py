"""Replying, from a message's sheet to its row, by keyboard."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse

pytestmark = pytest.mark.once


def test_a_reply_is_written_where_the_reader_is_and_follows_the_original(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=bob, text="who brings the key?")
    page = browse(alice).enter(lobby)
    page.fill("#message", "I ")
    page.locator("#m1 .more").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Reply", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#replying")).to_contain_text("Reply to Bob Brown who brings the key?")
    expect(page.locator("#sheet")).to_be_empty()
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("do")
    page.keyboard.press("Enter")
    expect(page.locator("#m2 .reply")).to_have_text("In reply to Bob Brown who brings the key?")
    expect(page.locator("#m2 .message-body")).to_have_text("I do")
    expect(page.locator("#replying")).to_be_empty()
    his = browse(bob)
    his.post("/rooms/lobby/messages/1/edit/", message="who comes?")
    expect(page.locator("#m2 .reply bdi")).to_have_text("who comes?")
    his.post("/rooms/lobby/messages/1/remove/")
    expect(page.locator("#m2 .reply")).to_have_text("In reply to a message that was removed")


def test_from_the_page_of_a_day_one_replies_in_the_room(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=bob, text="who brings the key?")
    page = browse(alice).visit("/rooms/lobby/messages/1/day/")
    page.locator("#m1 .more").click()
    page.get_by_role("link", name="Reply", exact=True).click()
    expect(page.locator("#replying")).to_contain_text("who brings the key?")
    page.get_by_label("Reply to Bob Brown").uncheck()
    page.fill("#message", "one of its own")
    page.press("#message", "Enter")
    expect(page.locator("#m2 .message-body")).to_have_text("one of its own")
    expect(page.locator("#m2 .reply")).to_have_count(0)
