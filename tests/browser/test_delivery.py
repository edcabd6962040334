"""A page whose socket fails in other ways than by being closed, and text on its way in."""

import json
import re

from playwright.sync_api import Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import send, until_live
from tests.browser.shown import assert_same
from tests.live import LiveServer, wait_for

HASTE = "#connection { animation-delay: 1s !important; animation-duration: 2s !important }"


def hurry(page: Page) -> None:
    """The clock that runs without beats, in seconds instead of half minutes."""
    page.evaluate(
        """css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
                    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet] }""",
        HASTE,
    )


def without_sockets(page: Page, room: Room) -> None:
    """As behind a proxy that lets no socket through."""
    page.route_web_socket("**/ws/**", lambda route: route.close(code=1011))
    page.goto(room.get_absolute_url())
    hurry(page)


def test_behind_a_proxy_that_lets_no_socket_through_the_page_follows_by_http(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    his.expected.append("htmx:ws:error")
    page = his.context.new_page()
    without_sockets(page, lobby)
    expect(page.locator("#connection")).to_have_class("polled")
    expect(page.locator("#connection")).to_have_text("Updated every half minute")
    hers = browse(alice)
    hers.post("/rooms/lobby/messages/", message="by post")
    expect(page.locator("#m1")).to_be_attached()
    hers.post("/rooms/lobby/messages/1/edit/", message="by *post*")
    expect(page.locator("#m1 em")).to_be_attached()
    page.fill("#message", "and back")
    page.press("#message", "Enter")
    expect(page.locator("#message")).to_have_value("")
    expect(page.locator("#m2")).to_be_attached()
    assert Message.objects.count() == 2
    assert page.locator("#messages > article").count() == 2
    assert_same(page, his.enter(lobby))


def test_a_socket_that_is_open_and_dead_is_given_up(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    his.expected.append("htmx:ws:error")
    page, wire = his.enter_wired(lobby)
    wire.holding = re.compile(".")
    hurry(page)
    browse(alice).post("/rooms/lobby/messages/", message="into silence")
    expect(page.locator("#m1")).to_be_attached()
    wait_for(lambda: page.title() and len(wire.sockets) >= 2, "another socket")
    wire.holding = re.compile("(?!)")
    browse(alice).post("/rooms/lobby/messages/", message="heard again")
    until_live(page)
    expect(page.locator("#m2")).to_be_attached()
    assert_same(page, his.enter(lobby))


def test_a_page_tells_how_far_it_has_come(browse: Browse, alice: User, lobby: Room) -> None:
    page, wire = browse(alice).enter_wired(lobby)
    told = [json.loads(frame) for frame in wire.said if '"seen"' in frame]
    assert [frame["cursor"] for frame in told] == [page.locator("#cursor").input_value()]


def test_a_draft_is_there_again_on_the_next_page(browse: Browse, alice: User, lobby: Room) -> None:
    hers = browse(alice)
    page = hers.enter(lobby)
    page.locator("#message").press_sequentially("half a thought")
    member = Membership.objects.filter(room=lobby, user=alice)
    wait_for(lambda: member.get().draft == "half a thought", "the draft is kept")
    page.close()
    page = hers.enter(lobby)
    expect(page.locator("#message")).to_have_value("half a thought")
    page.press("#message", "Enter")
    expect(page.locator("#message")).to_have_value("")
    wait_for(lambda: member.get().draft == "", "no draft is left")
    expect(hers.enter(lobby).locator("#message")).to_have_value("")


def test_two_tabs_of_one_page_do_not_swallow_each_others_text(
    browse: Browse, alice: User, lobby: Room
) -> None:
    hers = browse(alice)
    one, two = hers.enter(lobby), hers.enter(lobby)
    nonce = str(one.locator("#nonce").input_value())
    two.evaluate("nonce => document.querySelector('#nonce').setAttribute('value', nonce)", nonce)
    send(one, "the first")
    two.fill("#message", "the second")
    two.press("#message", "Enter")
    expect(two.locator("#notices")).to_contain_text("Another tab")
    expect(two.locator("#message")).to_have_value("the second")
    two.press("#message", "Enter")
    expect(two.locator("#message")).to_have_value("")
    expect(one.locator("#m2")).to_contain_text("the second")


def test_a_late_acknowledgement_leaves_what_is_written_since(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby)
    nonce = str(page.locator("#nonce").input_value())
    send(page, "one")
    page.fill("#message", "two, half written")
    wire.say(json.dumps({"message": "one", "nonce": nonce}))
    wire.say("{}")
    expect(page.locator("#notices")).to_contain_text("not something this page can send")
    expect(page.locator("#message")).to_have_value("two, half written")


def test_rows_far_up_leave_a_page_that_stays_at_its_end(
    browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    for number in range(620):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    his = browse(bob)
    page = his.enter(lobby)
    rows = page.locator("#messages > article")
    for _ in range(11):
        last_first = page.locator("#messages > article").first.get_attribute("id")
        page.locator("#older").scroll_into_view_if_needed()
        expect(page.locator("#messages > article").first).not_to_have_id(str(last_first))
    expect(rows).to_have_count(600)
    hers = browse(alice)
    hers.post("/rooms/lobby/messages/", message="while you read far up")
    expect(page.locator("#m621")).to_be_attached()
    assert rows.count() > 600
    page.locator("#m621").scroll_into_view_if_needed()
    hers.post("/rooms/lobby/messages/", message="now you are here")
    expect(rows).to_have_count(500, timeout=20_000)
    expect(page.locator("#messages > :first-child")).to_have_attribute("data-seq", "123")
    page.locator("#older").scroll_into_view_if_needed()
    expect(page.locator("#m73")).to_be_attached()
    seqs = rows.evaluate_all("rows => rows.map(row => +row.dataset.seq)")
    assert seqs == list(range(seqs[0], 623))
