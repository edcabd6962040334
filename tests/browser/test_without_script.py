"""The same with JavaScript off: every word is a page and every act a form."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room
from tests.browser.conftest import Browse
from tests.browser.test_talking import sign_up

pytestmark = pytest.mark.once


def visit(browse: Browse, user: User | None, path: str) -> Page:
    return browse(user, java_script_enabled=False).visit(path)


def test_sign_up_make_a_room_talk_and_sign_out(browse: Browse) -> None:
    page = visit(browse, None, "/")
    sign_up(page, "maya")
    page.fill("[name=name]", "Kitchen garden")
    page.get_by_role("button", name="Make the room").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#Kitchen garden")
    page.fill("#message", "Who has the key?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m1 .message-body")).to_have_text("Who has the key?")
    expect(page.locator("#message")).to_have_value("")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/rooms/kitchen-garden/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_post_is_answered_with_a_way_back_to_the_room(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page = visit(browse, alice, "/rooms/lobby/")
    page.fill("#message", "once")
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        page.get_by_role("button", name="Send").click()
    expect(page.locator("#m1")).to_be_attached()
    assert answer.value.status == 303
    assert answer.value.header_value("location") == "/rooms/lobby/"
    page.reload()
    assert Message.objects.count() == 1


def test_a_refused_post_keeps_the_text_and_says_why(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page = visit(browse, alice, "/rooms/lobby/")
    page.fill("#message", "x" * 10_001)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#notices .error")).to_contain_text("1 too many")
    expect(page.locator("#message")).to_have_value("x" * 10_001)


def test_join_and_leave(browse: Browse, bob: User, lobby: Room, mallory: User) -> None:
    page = visit(browse, mallory, "/rooms/")
    page.get_by_role("button", name="Join lobby").click()
    expect(page.locator("#composer")).to_be_visible()
    assert Membership.objects.filter(room=lobby, user=mallory).exists()
    page.get_by_role("link", name="About").click()
    page.get_by_role("button", name="Leave this room").click()
    expect(page).to_have_url(re.compile("/rooms/$"))
    assert not Membership.objects.filter(room=lobby, user=mallory).exists()


def test_page_up_to_the_beginning_and_down_to_the_newest(
    browse: Browse, alice: User, lobby: Room
) -> None:
    for number in range(1, 121):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    page = visit(browse, alice, "/rooms/lobby/")
    for first, last in ((71, 120), (21, 70), (1, 20)):
        rows = page.locator("article.message")
        expect(rows.first).to_have_id(f"m{first}")
        expect(rows.last).to_have_id(f"m{last}")
        if first > 1:
            page.get_by_role("link", name="Earlier messages").click()
    expect(page.get_by_role("link", name="Earlier messages")).to_have_count(0)
    page.get_by_role("link", name="Newer messages").click()
    expect(page.locator("#m21")).to_be_in_viewport()
    page.get_by_role("link", name="Go to the newest").click()
    expect(page.locator("#m120")).to_be_in_viewport()


@pytest.mark.parametrize("act", ["edit", "remove"])
def test_change_a_message_by_its_menu(browse: Browse, alice: User, lobby: Room, act: str) -> None:
    actions.messages.post(room=lobby, author=alice, text="Frost on Tuesday")
    page = visit(browse, alice, "/rooms/lobby/")
    page.get_by_role("button", name="About this message").click()
    if act == "edit":
        page.get_by_label("Edit your message").fill("Frost on Wednesday")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#m1.highlighted")).to_contain_text("Frost on Wednesday")
    else:
        page.get_by_text("Remove this message").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        expect(page.locator("#m1.removed")).to_contain_text("Alice Adams removed a message")


def test_a_permalink_leads_to_its_message(browse: Browse, alice: User, lobby: Room) -> None:
    for number in range(1, 121):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    page = visit(browse, alice, "/rooms/lobby/messages/30/")
    expect(page.locator("#m30.highlighted")).to_be_in_viewport()
    expect(page.locator("#m30")).to_contain_text("number 30")
