"""Two people alone with one another, with script and without."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.browser.person import send, until_live

pytestmark = pytest.mark.once


def find_and_write(page: Page, begun: str, name: str) -> None:
    page.goto("/people/")
    page.fill("#q", begun)
    page.press("#q", "Enter")
    expect(page.locator("#found li")).to_have_count(1)
    page.get_by_role("button", name=f"Write to {name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"@{name}")


def test_two_people_talk_alone_and_one_has_enough(
    browse: Browse, alice: User, bob: User, carol: User, lobby: Room
) -> None:
    hers, his = browse(alice).visit("/rooms/"), browse(bob).enter(lobby)
    find_and_write(hers, "@bo", "Bob Brown")
    until_live(hers)
    send(hers, "psst")
    link = his.locator("#rooms .talks a")
    expect(link).to_have_text("AAAlice Adamsunread: 1")
    expect(his).to_have_title("(1) lobby · Hubbub")
    link.click()
    until_live(his)
    expect(his.get_by_role("heading", level=1)).to_have_text("@Alice Adams")
    expect(his.locator("#m1 .message-body")).to_have_text("psst")
    expect(his.locator("#rooms .unread")).to_have_count(0)
    send(his, "what?")
    expect(hers.locator("#m2 .message-body")).to_have_text("what?")
    about = his.context.new_page()
    about.goto("/people/alice/")
    about.get_by_role("button", name="Block").click()
    for page, sentence in ((his, "You block Alice Adams"), (hers, "Bob Brown cannot be written")):
        expect(page.locator("#standing .bar")).to_contain_text(sentence)
        expect(page.locator("#message")).to_be_hidden()
        expect(page.get_by_role("heading", level=1)).to_contain_text("@")
    about.get_by_role("button", name="Unblock").click()
    send(hers, "as you like")
    expect(his.locator("#m3 .message-body")).to_have_text("as you like")
    expect(hers).to_have_title("Bob Brown · Hubbub")
    expect(his).to_have_title("Alice Adams · Hubbub")


def test_the_same_without_script(browse: Browse, alice: User, bob: User, lobby: Room) -> None:
    hers, his = (browse(user, java_script_enabled=False).visit("/rooms/") for user in (alice, bob))
    find_and_write(hers, "bo", "Bob Brown")
    hers.fill("#message", "psst")
    hers.get_by_role("button", name="Send", exact=True).click()
    expect(hers.locator("#m1 .message-body")).to_have_text("psst")
    his.reload()
    his.locator("#rooms .talks a").click()
    expect(his.get_by_role("heading", level=1)).to_have_text("@Alice Adams")
    his.get_by_role("link", name="About", exact=True).click()
    his.get_by_role("link", name="About Alice Adams").click()
    his.get_by_role("button", name="Block").click()
    hers.reload()
    expect(hers.locator("#standing .bar")).to_contain_text("cannot be written to")
    expect(hers.locator("#message")).to_be_hidden()
    his.locator("#rooms .talks a").click()
    his.get_by_role("link", name="About", exact=True).click()
    his.get_by_role("button", name="Hide this conversation").click()
    expect(his.locator("#rooms .talks")).to_have_count(0)
    expect(his.get_by_role("region", name="People").get_by_role("link")).to_have_text(
        "@Alice Adams"
    )
