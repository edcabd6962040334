"""Two people in two browsers, who talk."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms.models import Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import send, until_live
from tests.conftest import PASSWORD
from tests.live import wait_for

pytestmark = pytest.mark.once


def sign_up(page: Page, username: str) -> None:
    page.goto("/accounts/signup/")
    page.fill("[name=username]", username)
    page.fill("[name=email]", f"{username}@example.org")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.get_by_role("main").locator("form [type=submit], form button:not([type])").click()


def test_the_first_account_is_led_to_make_the_first_room_and_others_find_it(browse: Browse) -> None:
    first, second = browse().visit("/"), browse().visit("/")
    sign_up(first, "maya")
    expect(first).to_have_url(re.compile("/rooms/new/$"))
    assert User.objects.get(username="maya").is_superuser
    first.fill("[name=name]", "Kitchen garden")
    first.get_by_role("button", name="Make the room").click()
    until_live(first)
    sign_up(second, "tomas")
    assert not User.objects.get(username="tomas").is_superuser
    second.get_by_role("button", name="Join Kitchen garden").click()
    until_live(second)
    send(first, "Who has the *key*?")
    expect(second.locator("#m1 .message-body em")).to_have_text("key")
    send(second, "I do.")
    expect(first.locator("#m2[data-author=tomas] .message-body")).to_have_text("I do.")


def test_an_edit_and_a_removal_are_seen_by_both(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    hers, his = browse(alice).enter(lobby), browse(bob).enter(lobby)
    send(hers, "Frost on Tuesday")
    change(his, 1)
    expect(his.get_by_role("dialog").get_by_role("button", name="Save", exact=True)).to_have_count(
        0
    )
    his.keyboard.press("Escape")
    change(hers, 1).get_by_label("Edit your message").fill("Frost **tomorrow**")
    hers.get_by_role("button", name="Save", exact=True).click()
    for page in (hers, his):
        expect(page.locator("#m1 strong")).to_have_text("tomorrow")
        expect(page.locator("#m1 .edited")).to_be_attached()
    expect(hers.get_by_role("dialog")).to_have_count(0)
    change(hers, 1).get_by_text("Remove this message").click()
    hers.get_by_role("button", name="Remove", exact=True).click()
    for page in (hers, his):
        expect(page.locator("#m1.removed .message-body")).to_have_text(
            "Alice Adams removed a message"
        )
        expect(page.locator("#messages")).not_to_contain_text("tomorrow")


def change(page: Page, seq: int) -> Page:
    """Open the sheet of a message."""
    page.locator(f"#m{seq}").hover()
    page.locator(f"#m{seq} .more").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def test_enter_sends_and_shift_enter_breaks_the_line(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page = browse(alice).enter(lobby)
    page.locator("#message").press_sequentially("one")
    page.press("#message", "Shift+Enter")
    page.locator("#message").press_sequentially("two")
    expect(page.locator("#message")).to_have_value("one\ntwo")
    assert not Message.objects.exists()
    page.press("#message", "Enter")
    expect(page.locator("#m1")).to_be_attached()
    assert Message.objects.get().text == "one\ntwo"


def test_the_enter_of_an_input_method_does_not_send(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby)
    page.fill("#message", "にほn")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        page.locator("#message").dispatch_event("keydown", {"key": "Enter", **how})
    page.press("#message", "Enter")
    expect(page.locator("#m1")).to_be_attached()
    said = [frame for frame in wire.said if "にほn" in frame and "draft" not in frame]
    assert len(said) == 1


def test_only_the_acknowledgement_empties_the_box_and_the_focus_stays(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby, holding="<textarea")
    page.fill("#message", "are you there?")
    before = page.locator("#composer").bounding_box()
    page.press("#message", "Enter")
    expect(page.locator("#message")).not_to_have_css("opacity", "1")
    expect(page.locator(".sending")).to_be_visible()
    assert page.locator("#composer").bounding_box() == before
    expect(page.locator("#m1")).to_be_attached()
    expect(page.locator("#message")).to_have_value("are you there?")
    nonce = page.input_value("#nonce")
    wire.release()
    expect(page.locator(".sending")).to_be_hidden()
    expect(page.locator("#message")).to_have_value("")
    expect(page.locator("#message")).to_be_focused()
    assert page.input_value("#nonce") != nonce


def test_what_is_sent_again_for_want_of_an_acknowledgement_is_posted_once(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby, holding="<textarea")
    page.fill("#message", "hello?")
    page.press("#message", "Enter")
    page.press("#message", "Enter")
    wait_for(lambda: page.title() and len(wire.held) == 2, "both are taken")
    wire.release()
    expect(page.locator("#message")).to_have_value("")
    assert Message.objects.count() == 1


def test_what_is_written_while_a_message_is_on_its_way_is_the_next_message(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby, holding="<textarea")
    page.press("#message", "Enter")
    expect(page.locator("#notices .error")).to_be_visible()
    page.locator("#message").press_sequentially("first")
    page.keyboard.press("Enter")
    expect(page.locator("#m1")).to_be_attached()
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    page.keyboard.type(" and more")
    assert page.input_value("#message") == "firstsecond and more"
    wire.release()
    wire.holding = re.compile("(?!)")
    expect(page.locator("#m2 .message-body")).to_have_text("second and more")
    expect(page.locator("#message")).to_have_value("")
    expect(page.locator("#message")).to_be_focused()
    assert list(Message.objects.values_list("text", flat=True)) == ["first", "second and more"]


@pytest.mark.parametrize(
    ("text", "says"), [("x" * 10_001, "1 too many"), ("", "Write something"), (" \n ", "Write")]
)
def test_a_refused_message_stays_in_the_box_and_the_reason_is_told(
    browse: Browse, alice: User, lobby: Room, text: str, says: str
) -> None:
    page = browse(alice).enter(lobby)
    page.fill("#message", text)
    page.press("#message", "Enter")
    expect(page.locator("#notices .error")).to_contain_text(says)
    expect(page.locator("#message")).to_have_value(text)
    expect(page.locator("#message")).to_be_focused()
    expect(page.locator("#message")).to_have_css("opacity", "1")
    send(page, "shorter")
    expect(page.locator("#notices")).to_be_empty()
    assert Message.objects.count() == 1


def test_elsewhere_the_unread_mark_comes_live_and_goes_when_another_page_reads(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    at_home = browse(bob)
    elsewhere, hers = at_home.visit("/rooms/"), browse(alice).enter(lobby)
    mark = elsewhere.locator("nav#rooms a[data-room=lobby] .unread")
    until_live(elsewhere)
    expect(mark).to_have_count(0)
    send(hers, "news")
    expect(mark).to_be_attached()
    at_home.enter(lobby)
    expect(mark).to_have_count(0)


def test_who_is_here_and_who_types_is_shown_to_the_others(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    hers, his = browse(alice).enter(lobby), browse(bob).enter(lobby)
    for page in (hers, his):
        expect(page.locator("#presence")).to_contain_text("2 here")
    his.locator("#message").press_sequentially("well, ")
    for page in (hers, his):
        expect(page.locator("#typing [data-author=bob]")).to_have_text("Bob Brown")
    expect(hers.locator("#typing [data-author=bob]")).to_be_visible()
    expect(his.locator("#typing [data-author=bob]")).to_be_hidden()
    his.press("#message", "Enter")
    for page in (hers, his):
        expect(page.locator("#typing")).to_be_empty()


ENDINGS = {
    "leaving": ("bob", "/rooms/lobby/leave/", "You have left this room."),
    "removal": ("alice", "/rooms/lobby/members/bob/remove/", "You have been removed"),
    "signing out": ("bob", "/accounts/logout/", "You have been signed out."),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_whoever_goes_or_is_sent_away_is_told_in_every_tab_at_once(
    browse: Browse, alice: User, bob: User, lobby: Room, ending: str
) -> None:
    his, people = browse(bob), {"alice": browse(alice)}
    tabs = [his.enter(lobby), his.enter(lobby)]
    who, path, says = ENDINGS[ending]
    (people | {"bob": his})[who].post(path)
    for tab in tabs:
        expect(tab.locator("#notices .notice")).to_contain_text(says)
        expect(tab.locator("#connection")).to_have_text("Not live")
    send(people["alice"].enter(lobby), "between us")
    for tab in tabs:
        expect(tab.locator("#m1")).to_have_count(0)
        expect(tab.locator("#connection")).to_have_class("closed")
