"""A reader reports, a moderator's open queue shows it, and the verdict is on every page."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.browser.person import until_live

pytestmark = pytest.mark.once

AT_ONCE = 4_000  # less than the tick, which heals what was not pushed


def test_a_report_comes_to_the_open_queue_and_its_verdict_to_the_open_room(
    browse: Browse, lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    for text in ("hello", "buy cheap watches"):
        actions.messages.post(room=lobby, author=bob, text=text)
    room, queue = browse(bob).enter(lobby), browse(carol).visit("/rooms/lobby/reports/")
    until_live(queue)
    expect(queue.locator("#queue")).to_contain_text("Nothing waits")
    reader = browse(mallory).enter(lobby)
    reader.locator("#m2").hover()
    reader.locator("#m2 .more").click()
    reader.get_by_role("dialog").get_by_role("link", name="Report").click()
    reader.get_by_label("Spam or advertising").check()
    reader.get_by_label("Anything to add?").fill("Advertising")
    reader.get_by_role("button", name="Report").click()
    expect(reader.locator("#notices")).to_contain_text("Thank you")

    expect(queue.locator("#queue")).to_contain_text("buy cheap watches", timeout=AT_ONCE)
    expect(queue.locator("#duties")).to_contain_text("1")
    queue.get_by_role("link", name="Look at it").click()
    until_live(queue)
    expect(queue.locator("#m1")).to_contain_text("hello")
    queue.get_by_label("Reason").fill("No advertising")
    browse(mallory).post("/rooms/lobby/messages/1/report/", kind="off-topic")
    expect(queue.locator("#queue")).to_contain_text("Off topic", timeout=AT_ONCE)
    expect(queue.get_by_label("Reason")).to_have_value("No advertising")
    other = browse(alice).visit(queue.url)
    until_live(other)
    expect(other.get_by_role("button", name="Remove", exact=True)).to_be_visible()
    queue.get_by_role("button", name="Remove", exact=True).click()
    expect(queue.locator("#queue")).to_contain_text("Nothing waits")

    expect(other.locator("#queue")).to_contain_text("Removed · Carol Clark", timeout=AT_ONCE)
    expect(other.get_by_role("button", name="Remove", exact=True)).to_be_hidden()
    expect(other.locator("#past")).to_contain_text("decided report: Bob Brown")

    for page in (room, reader):
        expect(page.locator("#m2.removed")).to_be_visible(timeout=AT_ONCE)
        expect(page.locator("#rooms")).to_contain_text("For you", timeout=AT_ONCE)
    room.get_by_role("link", name="For you").click()
    expect(room.locator("#told")).to_contain_text("was removed after somebody reported it")
    expect(room.locator("#told")).to_contain_text("No advertising")
    room.get_by_role("button", name="Mark these read").click()
    expect(room.locator("#rooms")).not_to_contain_text("For you")
