"""The main journeys with nothing but a keyboard."""

import pytest
from playwright.sync_api import Page, expect

from rooms.models import Message
from tests.browser.conftest import Browse
from tests.browser.person import until_live
from tests.browser.test_accessible import press_until
from tests.conftest import PASSWORD

pytestmark = pytest.mark.once

SHOWN = """() => {
    const style = element => getComputedStyle(element)
    const at = document.activeElement
    return [at, at.closest(".box")].some(element => element &&
        (style(element).outlineStyle != "none" || style(element).boxShadow != "none"))
}"""


def go(page: Page, key: str, selector: str) -> None:
    """Press `key` until the focus is on `selector`, and see that it shows there."""
    press_until(page, key, selector)
    assert page.evaluate(SHOWN), f"nobody sees that the focus is on {selector}"
    expect(page.locator(":focus")).to_be_in_viewport()


def access(page: Page, key: str) -> None:
    """Press an access key, which Playwright's own Alt does not name to Chromium."""
    session = page.context.new_cdp_session(page)
    pressed = {"type": "char", "modifiers": 1, "text": key, "unmodifiedText": key}
    session.send("Input.dispatchKeyEvent", pressed)
    session.detach()


def test_sign_up_make_a_room_talk_change_remove_search_and_leave(browse: Browse) -> None:
    page = browse().visit("/accounts/signup/")
    go(page, "Tab", "[name=username]")
    for text in ("maya", "maya@example.org", PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/new/")
    go(page, "Tab", "[name=name]")
    page.keyboard.type("Kitchen garden")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/kitchen-garden/")
    until_live(page)

    expect(page.locator("#message")).to_be_focused()
    page.keyboard.type("by keyboard")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("alone")
    page.keyboard.press("Enter")
    expect(page.locator("#m1")).to_contain_text("by keyboard")
    page.keyboard.type("to be *removed*")
    go(page, "Tab", ".hints button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("em")).to_have_text("removed")
    expect(page.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#m2")).to_be_attached()

    go(page, "Shift+Tab", "#m2 .more")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Edit your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#m2 .more")).to_be_focused()
    page.keyboard.press("Enter")
    go(page, "Tab", "summary:has(+ form #reason)")
    page.keyboard.press("Enter")
    go(page, "Tab", "#reason")
    page.keyboard.press("Enter")
    expect(page.locator("#m2")).to_have_class("message follows removed")

    go(page, "Shift+Tab", "#m1 .more")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Edit your message")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("changed by keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#m1 .message-body")).to_have_text("changed by keyboard")
    assert Message.objects.get(seq=1).text == "changed by keyboard"

    access(page, "w")
    expect(page.locator("#message")).to_be_focused()
    access(page, "s")
    expect(page.get_by_label("Search all rooms")).to_be_focused()
    page.keyboard.type("changed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=changed")
    go(page, "Tab", ".found .place")
    page.keyboard.press("Enter")
    expect(page.locator("#m1.highlighted")).to_be_in_viewport()
    access(page, "h")
    page.wait_for_url("**/help/")
    go(page, "Tab", ".self button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
