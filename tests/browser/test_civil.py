"""Four people in a room that one of them keeps civil, each before a page that follows at once.

Where there is Redis, two of them sit at one process of the site and two at another.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import send, until_live
from tests.live import LiveServer
from tests.services import PROFILE

AT_ONCE = 4_000  # less than the tick, which heals what was not pushed
MENU = "About this message"


@pytest.fixture(scope="module")
def elsewhere(django_db_setup: None) -> Iterator[LiveServer | None]:
    """Another process of the site, if there may be one."""
    with ExitStack() as stack:
        yield stack.enter_context(LiveServer()) if PROFILE == "scaled" else None


@pytest.fixture
def four(
    browse: Browse,
    elsewhere: LiveServer | None,
    lobby: Room,
    alice: User,
    bob: User,
    carol: User,
    mallory: User,
) -> dict[str, Page]:
    """Pages of the lobby: of its owner, a member, its moderator and another member; those who
    keep it civil sit at one process, those who do as they like at the other."""
    actions.members.join(member=Membership(room=lobby, user=mallory, role="reader"))
    places = {alice: None, carol: None, bob: elsewhere, mallory: elsewhere}
    return {user.username: browse(user, at).enter(lobby) for user, at in places.items()}


def open_menu(page: Page, seq: int) -> None:
    page.locator(f"#m{seq}").hover()
    page.locator(f"#m{seq}").get_by_role("button", name=MENU).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_a_message_is_removed_and_brought_back_on_every_page(four: dict[str, Page]) -> None:
    send(four["bob"], "buy cheap watches")
    expect(four["carol"].locator("#m1")).to_contain_text("cheap")
    open_menu(four["carol"], 1)
    four["carol"].get_by_text("Remove this message").click()
    four["carol"].get_by_label("Why?").fill("Advertising")
    four["carol"].get_by_role("button", name="Remove", exact=True).click()
    for page in four.values():
        expect(page.locator("#m1.removed")).to_be_visible(timeout=AT_ONCE)
        expect(page.locator("#m1")).not_to_contain_text("cheap")
    expect(four["mallory"].locator("#m1 .more")).to_be_hidden()
    open_menu(four["carol"], 1)
    expect(four["carol"].get_by_role("dialog")).to_contain_text("buy cheap watches")
    four["carol"].get_by_role("button", name="Restore").click()
    for page in four.values():
        expect(page.locator("#m1")).to_contain_text("cheap", timeout=AT_ONCE)


def test_a_mute_hides_the_composer_keeps_its_text_and_gives_it_back(
    browse: Browse, four: dict[str, Page], carol: User
) -> None:
    page = four["bob"]
    page.fill("#message", "what I was about to say")
    browse(carol).post("/rooms/lobby/members/bob/mute/", seconds="3", reason="Calm")
    expect(page.locator("#standing")).to_contain_text("muted here until", timeout=AT_ONCE)
    expect(page.locator("#message")).to_be_hidden()
    expect(four["mallory"].locator("#message")).to_be_visible()
    expect(page.locator("#message")).to_be_visible(timeout=6_000)
    expect(page.locator("#message")).to_have_value("what I was about to say")
    page.press("#message", "Enter")
    expect(four["mallory"].locator("#m1")).to_contain_text("about to say")


def test_a_ban_says_so_and_leads_to_a_page_that_says_so(
    browse: Browse, four: dict[str, Page], carol: User
) -> None:
    browse(carol).post("/rooms/lobby/members/bob/ban/", seconds="600", reason="Threats")
    notices = four["bob"].locator("#notices")
    expect(notices).to_contain_text("You are banned from here until", timeout=AT_ONCE)
    expect(four["bob"].locator("#connection")).to_have_class("closed")
    expect(four["bob"].locator("#message")).to_be_hidden()
    send(four["carol"], "peace again")
    expect(four["mallory"].locator("#m1")).to_contain_text("peace")
    expect(four["bob"].locator("#m1")).to_have_count(0)
    notices.get_by_role("link", name="Answer to it").click()
    expect(four["bob"].get_by_role("heading", name="Answer to a sanction")).to_be_visible()
    four["bob"].goto(four["carol"].url)
    expect(four["bob"].get_by_role("heading")).to_have_text("You are banned from this room")
    expect(four["bob"].locator("body")).to_contain_text("Threats")


def test_a_locked_room_closes_all_composers_but_the_moderators(
    browse: Browse, four: dict[str, Page], alice: User
) -> None:
    four["bob"].fill("#message", "half a thought")
    browse(alice).post("/rooms/lobby/settings/", posting="moderators", notice="Vote by Friday")
    for name, page in four.items():
        expect(page.locator("#pinned")).to_contain_text("Vote by Friday", timeout=AT_ONCE)
        box = page.locator("#message")
        (expect(box).to_be_visible if name in ("alice", "carol") else expect(box).to_be_hidden)()
    browse(alice).post("/rooms/lobby/settings/", posting="everyone", notice="")
    expect(four["bob"].locator("#message")).to_be_visible(timeout=AT_ONCE)
    expect(four["bob"].locator("#message")).to_have_value("half a thought")


def test_slow_mode_counts_down_and_keeps_the_text(
    browse: Browse, four: dict[str, Page], alice: User
) -> None:
    browse(alice).post("/rooms/lobby/settings/", slow_mode="4")
    page = four["bob"]
    expect(page.locator("#mode")).to_contain_text("every 4 seconds", timeout=AT_ONCE)
    send(page, "one")
    expect(page.locator("#wait")).to_be_visible()
    count = page.locator("#wait .count")
    counted = count.evaluate("e => getComputedStyle(e).getPropertyValue('--left')")
    assert 1 <= int(counted) <= 4
    page.fill("#message", "two")
    page.press("#message", "Enter")
    expect(page.locator("#notices")).to_contain_text(re.compile("write again in [1-4] second"))
    expect(page.locator("#message")).to_have_value("two")
    expect(page.locator("#wait")).to_be_hidden(timeout=6_000)
    page.press("#message", "Enter")
    expect(four["mallory"].locator("#m2")).to_contain_text("two")
    for text in ("three", "four"):
        send(four["carol"], text)
    assert Message.objects.count() == 4


def test_a_new_moderator_is_offered_what_moderators_do(
    browse: Browse, four: dict[str, Page], alice: User
) -> None:
    send(four["mallory"], "nonsense")
    open_menu(four["bob"], 1)
    expect(four["bob"].get_by_role("button", name="Remove", exact=True)).to_have_count(0)
    four["bob"].keyboard.press("Escape")
    expect(four["bob"].get_by_role("dialog")).to_have_count(0)
    browse(alice).post("/rooms/lobby/members/bob/role/", role="moderator")
    expect(four["bob"].get_by_role("link", name="Log")).to_be_visible(timeout=AT_ONCE)
    open_menu(four["bob"], 1)
    four["bob"].get_by_text("Remove this message").click()
    four["bob"].get_by_role("button", name="Remove", exact=True).click()
    expect(four["mallory"].locator("#m1.removed")).to_be_visible(timeout=AT_ONCE)


def test_what_has_to_be_looked_at_waits_and_is_let_in_on_every_page(
    browse: Browse, four: dict[str, Page], carol: User
) -> None:
    person = browse(carol)
    person.post("/rooms/lobby/words/", held="casino*", blocked="darn")
    page = four["bob"]
    page.fill("#message", "darn casinos")
    page.press("#message", "Enter")
    expect(page.locator("#notices")).to_contain_text("“darn” is not said here")
    expect(page.locator("#message")).to_have_value("darn casinos")
    send(page, "a night at the casinos")
    expect(page.locator("#notices")).to_contain_text("waits for a moderator")
    expect(page.locator("#standing")).to_contain_text("1 message of yours", timeout=AT_ONCE)
    expect(four["carol"].locator("#duties")).to_contain_text("Waiting 1", timeout=AT_ONCE)
    expect(four["mallory"].locator("#messages article")).to_have_count(0)
    desk = four["carol"].context.new_page()
    desk.goto("/rooms/lobby/held/")
    until_live(desk)
    expect(desk.locator(".card")).to_contain_text("“casinos”")
    desk.get_by_label("Reason for rejecting").fill("Not here")
    send(four["mallory"], "the casino again")
    expect(desk.locator(".card")).to_have_count(2, timeout=AT_ONCE)
    expect(desk.get_by_label("Reason for rejecting").first).to_have_value("Not here")
    desk.get_by_role("button", name="Reject").last.click()
    expect(desk.locator("#notices")).to_contain_text("stays out")
    desk.get_by_role("button", name="Let it in").click()
    expect(desk.locator("#notices")).to_contain_text("in the room now")
    for each in four.values():
        expect(each.locator("#m1")).to_contain_text("a night at the casinos", timeout=AT_ONCE)
    expect(page.locator("#standing")).not_to_contain_text("of yours")
    expect(four["carol"].locator("#duties")).not_to_contain_text("Waiting")
    desk.close()


@pytest.mark.once
def test_all_of_it_without_script(
    browse: Browse, lobby: Room, bob: User, carol: User, alice: User
) -> None:
    for text in ("spam one", "spam two", "spam three"):
        actions.messages.post(room=lobby, author=bob, text=text)
    page = browse(carol, java_script_enabled=False).visit("/rooms/lobby/members/")
    page.get_by_role("link", name="More about Bob Brown").click()
    page.get_by_label("spam two").check()
    page.get_by_role("button", name="Remove the chosen").click()
    removed = page.locator(".picks small", has_text="removed")
    expect(removed).to_have_count(1)
    page.get_by_role("button", name="Of the last hour").click()
    expect(removed).to_have_count(3)
    page.get_by_label("For", exact=True).select_option("1 hour")
    page.get_by_label("Reason (the person reads it)").fill("Spam")
    page.get_by_role("button", name="Mute").click()
    expect(page.locator(".page")).to_contain_text("muted until")
    page.get_by_role("button", name="Lift the mute").click()
    page.get_by_role("button", name="Ban").click()
    expect(page.locator(".page")).to_contain_text("banned until")
    page.goto("/rooms/lobby/log/")
    expect(page.locator(".entries > li")).to_have_count(5)
    expect(page.locator(".entries > li").first).to_contain_text("banned: Bob Brown")
    owner = browse(alice, java_script_enabled=False).visit("/rooms/lobby/settings/")
    owner.get_by_label("Slow mode").select_option("30 seconds")
    owner.get_by_label("Moderators only").check()
    owner.get_by_role("button", name="Save").click()
    expect(owner.locator("#mode")).to_contain_text("one message every 30 seconds")
