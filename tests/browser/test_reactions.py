"""Reactions on open pages, by keyboard: nothing reloads, and the focus stays where it was."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse

pytestmark = pytest.mark.once


def test_a_chip_comes_from_the_sheet_and_is_clicked_again_on_any_page(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=bob, text="good news")
    hers, his = browse(alice).enter(lobby), browse(bob).enter(lobby)
    hers.locator("#m1 .more").focus()
    hers.keyboard.press("Enter")
    hers.get_by_role("button", name="🎉").focus()
    hers.keyboard.press("Enter")
    chip = his.locator("#r1 button")
    expect(chip).to_have_text("🎉 1")
    expect(hers.locator("#sheet")).to_be_empty()
    expect(hers.locator("#r1 button")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(chip).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    chip.focus()
    his.keyboard.press("Enter")
    expect(chip).to_have_text("🎉 2")
    expect(chip).to_be_focused()
    expect(chip).to_have_attribute("title", "alice, bob")
    expect(hers.locator("#r1 button")).to_have_text("🎉 2")
    browse(alice).post("/rooms/lobby/react/", react="1 👍")
    expect(his.locator("#r1 button")).to_have_text(["🎉 2", "👍 1"])
    fresh = browse(bob).enter(lobby)
    assert his.locator("#m1").evaluate("row => row.outerHTML") == fresh.locator("#m1").evaluate(
        "row => row.outerHTML"
    )
