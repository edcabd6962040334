"""The site's staff act on many at once in Django's admin, and the open pages of these follow."""

from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.browser.person import until_live

pytestmark = pytest.mark.once

AT_ONCE = 4_000  # less than the tick, which heals what was not pushed
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
PEOPLE = "/admin/rooms/membership/?q=lobby"


def act(page: Page, action: str, *names: str, lasting: str = "10 minutes") -> None:
    page.goto(page.url)
    for name in names:
        page.get_by_role("row", name=f"(@{name})").get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label=action)
    page.get_by_label("Reason").fill("Spam")
    page.get_by_label("How long").select_option(label=lasting)
    page.get_by_role("button", name="Run").click()


def test_open_pages_follow_what_is_done_in_bulk(
    browse: Browse, lobby: Room, alice: User, bob: User, carol: User, grace: User
) -> None:
    for author in (bob, carol):
        actions.messages.post(room=lobby, author=author, text="buy watches")
    pages = [browse(each).enter(lobby) for each in (bob, carol)]
    for page in pages:
        until_live(page)
    staff = browse(grace).visit(PEOPLE)
    act(staff, "Mute", "bob", "carol")
    for page in pages:
        expect(page.locator("#standing")).to_contain_text("You are muted", timeout=AT_ONCE)
    act(staff, "Lift the mute", "bob", "carol")
    for page in pages:
        expect(page.locator("#standing")).not_to_contain_text("muted", timeout=AT_ONCE)
    act(staff, "Remove all that they ever said there", "bob", "carol")
    for page in pages:
        expect(page.locator("#messages .removed")).to_have_count(2, timeout=AT_ONCE)
    act(staff, "Ban", "bob", lasting="for ever")
    expect(pages[0].locator("#notices")).to_contain_text("You are banned", timeout=AT_ONCE)
    expect(pages[1].locator("#notices")).not_to_contain_text("banned")


def test_its_colours_can_be_read_and_its_actions_be_given_on_a_phone(
    browse: Browse, lobby: Room, grace: User
) -> None:
    faults: list[Any] = []
    for scheme, width in product(("light", "dark"), (1280, 390)):
        size = {"width": width, "height": 800}
        page = browse(grace, color_scheme=scheme, viewport=size).visit(PEOPLE)
        faults += Axe().run(page, options=CONTRAST).response["violations"]
        for name in ("Action:", "Reason:", "How long:"):
            box = page.get_by_label(name).bounding_box()
            assert box is not None
            assert box["width"] > 90
            assert 0 <= box["x"] <= width - box["width"]
    assert not faults
