"""What is unread: only what was seen is read, and every page and tab knows it."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Room
from tests.browser.conftest import Browse
from tests.browser.person import Person, send, until_live
from tests.live import wait_for

pytestmark = pytest.mark.once

HIDE = """
state => {
  Object.defineProperty(document, "visibilityState", {value: state, configurable: true})
  document.dispatchEvent(new Event("visibilitychange"))
}
"""


def fill(room: Room, author: User, count: int) -> None:
    for number in range(1, count + 1):
        actions.messages.post(room=room, author=author, text=f"number {number}")


def last_read(user: User) -> int:
    return Membership.objects.get(user=user).last_read_seq


def until_read(page: Page, user: User, seq: int) -> None:
    wait_for(lambda: page.title() and last_read(user) == seq, f"{seq} is read")


def mark(page: Page) -> str:
    return "nav#rooms a[data-room=lobby] .unread"


def test_what_comes_into_view_is_read_and_what_does_not_is_not(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    fill(lobby, alice, 40)
    his = browse(bob)
    elsewhere, page = his.visit("/rooms/"), his.enter(lobby)
    until_read(page, bob, 40)
    expect(elsewhere.locator(mark(elsewhere))).to_have_count(0)
    page.locator(".scroll").evaluate("list => list.scrollBy(0, -900)")
    hers = browse(alice)
    hers.post("/rooms/lobby/messages/", message="news")
    expect(page.locator("#m41")).to_be_attached()
    expect(page.locator(mark(page))).to_have_text("1")
    expect(elsewhere.locator(mark(elsewhere))).to_have_text("1")
    expect(page).to_have_title("(1) lobby · Hubbub")
    assert last_read(bob) == 40
    page.get_by_role("link", name="To the newest 1 unread").click()
    expect(page.locator("#m41")).to_be_in_viewport()
    until_read(page, bob, 41)
    expect(page.get_by_role("link", name="To the newest", exact=True)).to_be_attached()
    expect(page.locator(mark(page))).to_have_count(0)
    expect(page).to_have_title("lobby · Hubbub")
    hers.post("/rooms/lobby/messages/", message="and more")
    until_read(page, bob, 42)
    expect(elsewhere.locator(mark(elsewhere))).to_have_count(0)


def test_nothing_is_read_in_a_hidden_tab_until_it_is_shown_again(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    page = browse(bob).enter(lobby)
    page.evaluate(HIDE, "hidden")
    hers = browse(alice)
    for text in ("one", "two"):
        hers.post("/rooms/lobby/messages/", message=text)
    expect(page).to_have_title("(2) lobby · Hubbub")
    assert last_read(bob) == 0
    page.evaluate(HIDE, "visible")
    until_read(page, bob, 2)
    expect(page).to_have_title("lobby · Hubbub")


def test_a_mention_is_called_out_everywhere_and_highlighted_for_one_alone(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    page = his.visit("/mentions/")
    until_live(page)
    hers = browse(alice).enter(lobby)
    send(hers, "tea, @bob?")
    expect(page.locator("a[data-room=lobby] .mentions")).to_have_text("@1")
    expect(page.locator("#unread-mentions .mentions")).to_have_text("1")
    expect(page).to_have_title("(1) Mentions · Hubbub")
    page.reload()
    page.get_by_role("main").get_by_role("link", name=re.compile("lobby")).click()
    shade = "row => getComputedStyle(row).backgroundColor"
    expect(page.locator("#m1.highlighted")).to_be_in_viewport()
    page.goto("/rooms/lobby/")
    assert page.locator("#m1").evaluate(shade) != hers.locator("#m1").evaluate(shade)
    expect(page.locator("#unread-mentions .mentions")).to_have_count(0)


def test_the_line_stands_where_one_stopped_and_the_page_opens_there(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    fill(lobby, alice, 120)
    his = browse(bob)
    his.post("/rooms/lobby/read/", seq="40")
    page = his.enter(lobby)
    expect(page.locator("#m41")).to_be_in_viewport()
    expect(page.locator("#m120")).not_to_be_in_viewport()
    line = page.locator("#m41").evaluate("row => getComputedStyle(row, '::before').content")
    assert "New since your last visit" in line
    assert last_read(bob) == 40
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("#news")).to_have_count(0)
    until_read(page, bob, 120)


def test_unread_from_here_stays_until_something_new_is_seen(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    fill(lobby, alice, 3)
    his = browse(bob)
    page = his.enter(lobby)
    until_read(page, bob, 3)
    page.locator("#m2").hover()
    page.locator("#m2 .more").click()
    page.get_by_role("button", name="Mark unread from here").click()
    expect(page.locator(mark(page))).to_have_text("2")
    browse(alice).enter(lobby).locator("#message").press_sequentially("hm")
    expect(page.locator("#typing [data-author=alice]")).to_be_attached()
    assert last_read(bob) == 1


def test_without_script_what_a_page_shows_is_read(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    fill(lobby, alice, 2)
    his: Person = browse(bob, java_script_enabled=False)
    page = his.visit("/rooms/lobby/")
    wait_for(lambda: page.url and last_read(bob) == 2, "the page says that it was shown")
    page.goto("/rooms/")
    expect(page.locator(mark(page))).to_have_count(0)


def test_the_rooms_that_ask_for_me_come_first(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    first = actions.rooms.create(owner=bob, name="annex")
    page = browse(bob).visit("/mentions/")
    until_live(page)
    tops = "rows => rows.map(row => row.getBoundingClientRect().top)"
    rows = page.locator(f"[data-room={first.slug}], [data-room=lobby]")
    above, below = rows.evaluate_all(tops)
    assert above < below
    send(browse(alice).enter(lobby), "psst")
    expect(page.locator(mark(page))).to_have_text("1")
    below, above = rows.evaluate_all(tops)
    assert above < below


def test_the_open_list_of_mentions_grows_by_itself_and_keeps_the_focus(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=alice, text="first, @bob")
    his, hers = browse(bob), browse(alice)
    inbox, elsewhere = his.visit("/mentions/"), his.visit("/me/")
    for page in (inbox, elsewhere):
        until_live(page)
    inbox.locator("#inbox li a").first.focus()
    hers.post("/rooms/lobby/messages/", message="second, @bob")
    expect(inbox.locator("#inbox li .message-body")).to_have_text(["second, @bob", "first, @bob"])
    assert inbox.evaluate("document.activeElement.closest('li').innerText").endswith("first, @bob")
    for page in (inbox, elsewhere):
        expect(page.locator("#unread-mentions .mentions")).to_have_text("2")
        expect(page).to_have_title(re.compile(r"^\(2\) "))
    hers.post("/rooms/lobby/messages/1/edit/", message="nobody")
    expect(inbox.locator("#inbox li .message-body")).to_have_text(["second, @bob"])
