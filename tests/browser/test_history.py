"""Through a room's past, by pages that lead to each other."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import until_live
from tests.rooms.test_record import said_at

pytestmark = pytest.mark.once

EVENING = datetime(2026, 5, 4, 22, tzinfo=UTC)


@pytest.fixture
def talk(lobby: Room, alice: User) -> Room:
    """The lobby with 260 messages in two days, most of them on the second."""
    return said_at(lobby, alice, *(EVENING + timedelta(minutes=3 * n) for n in range(260)))


@pytest.mark.parametrize("script", [True, False])
def test_from_a_message_to_its_day_to_the_day_before_and_back_to_the_room(
    browse: Browse, bob: User, talk: Room, script: bool
) -> None:
    page = browse(bob, java_script_enabled=script).visit("/rooms/lobby/messages/250/")
    page.locator("#m250").hover()
    page.locator("#m250 .more").click()
    page.get_by_role("link", name="Its day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tuesday 5 May 2026")
    expect(page.locator("#m250")).to_be_in_viewport()
    for first in ("m141", "m41"):
        page.get_by_role("link", name="Previous page").first.click()
        expect(page.locator("article.message").first).to_have_id(first)
    page.get_by_role("link", name="Mon 4 May 2026").first.click()
    expect(page.locator("article.message")).to_have_count(40)
    expect(page.locator("article.message").first).to_have_id("m1")
    page.locator("#m20 .when").click()
    expect(page.locator("#m20.highlighted")).to_be_in_viewport()
    page.get_by_role("link", name="Go to the newest").click()
    expect(page.locator("#m260")).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
def test_from_a_search_result_to_its_place_its_day_the_next_day_and_the_room(
    browse: Browse, alice: User, bob: User, talk: Room, script: bool
) -> None:
    her = talk.memberships.get(user=alice)
    message = Message.objects.get(room=talk, seq=12)
    actions.messages.edit(member=her, message=message, text="Who planted the citrus?")
    page = browse(bob, java_script_enabled=script).visit("/rooms/lobby/")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Search this room").fill("plants citrus")
    page.get_by_label("Search this room").press("Enter")
    expect(page.locator(".found mark")).to_have_text(["planted", "citrus"])
    page.locator(".found .place").click()
    expect(page.locator("#m12.highlighted")).to_be_in_viewport()
    page.locator("#m12").hover()
    page.locator("#m12 .more").click()
    page.get_by_role("link", name="Its day").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Monday 4 May 2026")
    expect(page.locator("#m12")).to_be_in_viewport()
    page.locator("[rel=next]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tuesday 5 May 2026")
    page.get_by_role("link", name="To the room").click()
    expect(page.locator("#m260")).to_be_in_viewport()
    if script:
        until_live(page)


@pytest.mark.parametrize("script", [True, False])
def test_a_message_is_kept_for_later_from_its_sheet(
    browse: Browse, bob: User, talk: Room, script: bool
) -> None:
    page = browse(bob, java_script_enabled=script).visit("/rooms/lobby/")
    page.locator("#m258").hover()
    page.locator("#m258 .more").click()
    page.get_by_text("Save it for later").click()
    page.get_by_label("A note for yourself").fill("ask her")
    page.get_by_role("button", name="Save for later").click()
    if script:
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/saved/")
    expect(page.get_by_label("My note")).to_have_value("ask her")
    page.get_by_role("link", name="In lobby").click()
    expect(page.locator("#m258.highlighted")).to_be_in_viewport()
    page.goto("/saved/")
    page.get_by_role("button", name="Done with it").click()
    expect(page.get_by_text("Nothing saved")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_date_is_jumped_to_from_the_room(
    browse: Browse, bob: User, talk: Room, script: bool
) -> None:
    page = browse(bob, java_script_enabled=script).visit("/rooms/lobby/")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Go to a date").fill("2026-05-04")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.locator("#m1")).to_be_in_viewport()
    page.get_by_role("link", name="Calendar").click()
    expect(page.get_by_role("link", name="5 220")).to_be_visible()


def test_a_message_leads_to_its_day(browse: Browse, bob: User, talk: Room) -> None:
    page = browse(bob).visit("/rooms/lobby/messages/45/")
    page.locator("#m41").hover()
    page.locator("#m41 .more").click()
    page.locator("#sheet").get_by_role("link", name="Its day").click()
    expect(page).to_have_url(re.compile("/history/2026-05-05/#m41$"))


def test_a_kept_page_is_asked_about_and_lives_on(browse: Browse, bob: User, talk: Room) -> None:
    page = browse(bob).visit("/rooms/lobby/history/2026-05-04/")
    until_live(page)
    nonce = nonce_of(page)
    answer = page.reload()
    assert answer is not None
    assert answer.status in (200, 304)
    assert nonce_of(page) == nonce, "the page was rendered anew"
    until_live(page)
    page.locator("#m20").hover()
    page.locator("#m20 .more").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_days_page_hears_of_edits_and_removals(
    browse: Browse, alice: User, bob: User, talk: Room
) -> None:
    hers = browse(alice)
    page = browse(bob).visit("/rooms/lobby/history/2026-05-04/")
    until_live(page)
    hers.post("/rooms/lobby/messages/2/edit/", message="said otherwise")
    hers.post("/rooms/lobby/messages/3/remove/", reason="")
    expect(page.locator("#m2 .message-body")).to_have_text("said otherwise")
    expect(page.locator("#m3.removed")).to_be_attached()
    hers.post("/rooms/lobby/messages/", message="news")
    expect(page.locator("#cursor")).to_have_value("263")
    expect(page.locator("article.message")).to_have_count(40)


def test_a_day_is_printed_whole(browse: Browse, bob: User, talk: Room) -> None:
    page = browse(bob).visit("/rooms/lobby/history/2026-05-04/")
    page.emulate_media(media="print")
    for gone in ("#side", ".head nav", ".pages", ".more"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    tall = page.evaluate("document.documentElement.scrollHeight")
    assert page.locator("#m40").evaluate("row => row.getBoundingClientRect().bottom") <= tall


def nonce_of(page: Page) -> str:
    return str(page.locator("script").first.evaluate("script => script.nonce"))
