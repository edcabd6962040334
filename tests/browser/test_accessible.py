"""By keyboard, by landmarks, in a narrow window, and without anything inline."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse

pytestmark = pytest.mark.once

PAGES = [
    "/rooms/",
    "/rooms/?q=nothing+is+called+that",
    "/rooms/new/",
    "/rooms/lobby/",
    "/rooms/lobby/messages/1/",
    "/rooms/lobby/history/",
    "/rooms/lobby/history/2026-11-24/",
    "/rooms/lobby/messages/1/day/",
    "/saved/",
    "/help/",
    "/search/",
    "/search/?q=unbroken",
    "/rooms/lobby/members/",
    "/rooms/lobby/settings/",
    "/rooms/lobby/members/bob/",
    "/rooms/lobby/log/",
    "/rooms/lobby/menu/?seq=1",
    "/rooms/lobby/messages/9/",
    "/me/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/no-such-page/",
]
DOORS = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
WIDE = "```\n" + "unbroken" * 40 + "\n```\nhttps://example.org/" + "long" * 80 + "\n\n" + "x" * 300
NARROW = {"width": 320, "height": 640}
OUTLINE = "e => (s => `${s.outlineColor} ${s.outlineWidth} ${s.outlineStyle}`)(getComputedStyle(e))"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is smaller than a finger: no link within a text, nor a message's time, whose menu leads to
# its place as well, nor what stands below the box while one writes.
PRESSED = "a[href], button, input:not([type=hidden]), select, textarea, summary"
EXEMPT = ".skip, .when, .keys *, .visually-hidden *, label input, .choice input"
SMALL = f"""
[...document.querySelectorAll("{PRESSED}")].filter(e => !e.matches("{EXEMPT}"))
  .filter(e => getComputedStyle(e).display != "inline" && e.checkVisibility())
  .filter(e => getComputedStyle(e).visibility != "hidden")
  .filter(e => Math.min(e.getBoundingClientRect().width, e.getBoundingClientRect().height) < 43.5)
  .map(e => e.outerHTML.slice(0, 90))
"""
INLINE = re.compile(r"<[^>]*\s(style|on\w+|hx-on[:\w-]*)=|<script(?![^>]*\ssrc=)|javascript:", re.I)


@pytest.fixture
def world(lobby: Room, alice: User) -> Room:
    """A lobby with things in it that are hard to fit."""
    by = lobby.memberships.get(user=alice)
    actions.rooms.change(by=by, name="lobby", topic="Pneumono" * 25)
    actions.messages.post(room=lobby, author=alice, text=WIDE)
    return lobby


def press_until(page: Page, key: str, selector: str) -> None:
    """Press `key` until the focus is on `selector`."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{key} never led to {selector}")


def test_the_first_stop_skips_to_the_page(browse: Browse, alice: User, world: Room) -> None:
    page = browse(alice).visit("/rooms/lobby/members/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_drawer_opens_and_closes_by_keyboard(browse: Browse, alice: User, world: Room) -> None:
    page = browse(alice, viewport={"width": 390, "height": 844}).enter(world)
    rooms = page.get_by_role("navigation", name="Rooms")
    expect(rooms).to_be_hidden()
    press_until(page, "Shift+Tab", ".menu")
    page.keyboard.press("Enter")
    expect(rooms).to_be_visible()
    press_until(page, "Tab", "nav#rooms a[data-room=lobby]")
    page.keyboard.press("Escape")
    expect(rooms).to_be_hidden()
    expect(page.locator(".menu")).to_be_focused()


def test_a_room_has_its_landmarks_and_one_heading(browse: Browse, alice: User, world: Room) -> None:
    page = browse(alice).enter(world)
    for role, name in (
        ("main", None),
        ("navigation", "Rooms"),
        ("navigation", "This room"),
        ("log", "Messages"),
        ("region", "lobby"),
        ("textbox", "Message"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=1)).to_have_text("#lobby")


def test_every_page_fits_a_narrow_window_and_the_strict_policy_without_exception(
    browse: Browse, alice: User, world: Room
) -> None:
    for user, paths in ((alice, PAGES), (None, DOORS)):
        page = browse(user, viewport=NARROW).context.new_page()
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert page.evaluate(OVERFLOW) <= 0, path
            assert page.locator("h1").count() == 1, path
            assert page.locator("main").count() == 1, path
            check_policy(answer.headers["content-security-policy"], answer.text(), path)


def test_a_finger_hits_what_it_is_meant_for(browse: Browse, alice: User, world: Room) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    for user, paths in ((alice, PAGES), (None, DOORS)):
        page = browse(user, **phone).context.new_page()
        for path in paths:
            page.goto(path)
            if page.locator(".menu").count():
                page.locator(".menu").click()
                expect(page.locator("nav#rooms")).to_be_visible()
            assert page.evaluate(SMALL) == [], path


def test_where_colours_are_forced_lines_say_what_they_said(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    said = [actions.messages.post(room=lobby, author=bob, text=t) for t in ("@alice", "-", "!")]
    page = browse(alice, forced_colors="active").visit("/rooms/lobby/messages/3/")
    lines = {seq: page.locator(f"#m{seq}").evaluate(OUTLINE) for seq in (1, 2, 3)}
    assert len(said) == len(set(lines.values())) == 3
    assert lines[2].endswith(" none")
    assert page.locator(".day").evaluate("e => getComputedStyle(e).backgroundImage") == "none"


def check_policy(policy: str, html: str, path: str) -> None:
    assert policy.startswith("default-src 'none';"), path
    assert "unsafe" not in policy, path
    assert "require-trusted-types-for 'script'" in policy, path
    assert INLINE.search(html) is None, path
    assert all("nonce=" in tag for tag in re.findall("<(?:style|script)[^>]*>", html)), path
