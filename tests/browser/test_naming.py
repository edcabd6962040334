"""A name behind an @ is completed while it is written, and nothing of the text is lost by it."""

import pytest
from playwright.sync_api import Route, expect

from accounts.models import User
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.live import wait_for

pytestmark = pytest.mark.once


def test_a_name_is_offered_and_taken_by_pointer_and_keyboard(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    page = browse(alice).enter(lobby)
    box, offer = page.locator("#message"), page.locator("#names button")
    box.press_sequentially("hello @bo")
    expect(offer).to_have_text(["@bob Bob Brown"])
    offer.click()
    expect(box).to_have_value("hello @bob ")
    expect(box).to_be_focused()
    expect(offer).to_have_count(0)
    page.keyboard.type("and @b")
    expect(box).to_have_value("hello @bob and @b")
    expect(offer).to_have_count(1)
    page.keyboard.press("Tab")
    expect(offer).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_have_value("hello @bob and @bob ")
    expect(box).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator("#m1 .at")).to_have_text(["@bob", "@bob"])


def test_what_is_typed_after_a_name_was_taken_stays(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    page = browse(alice).enter(lobby)
    box, offer = page.locator("#message"), page.locator("#names button")
    box.press_sequentially("hello @bo")
    expect(offer).to_have_count(1)
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "name=bob" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fulfill(status=204)

    page.route("**/names/", hold)
    offer.click()
    wait_for(lambda: page.title() and held, "the taken name is on its way")
    box.focus()
    held[0].continue_()
    expect(page.locator("#names")).to_be_empty()
    expect(box).to_have_value("hello @bo")
    page.keyboard.press("End")
    page.keyboard.type("b, come")
    expect(box).to_have_value("hello @bob, come")
    page.keyboard.press("Enter")
    expect(page.locator("#m1 .at")).to_have_text(["@bob"])
