"""What went wrong with htmx in trials, each as a test that it does not here."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from rooms.models import Room
from tests.browser.conftest import Browse
from tests.browser.person import Person, send, until_live
from tests.browser.shown import shown
from tests.live import wait_for

pytestmark = pytest.mark.once

HIDE = """
hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true})
  const state = hidden ? "hidden" : "visible"
  Object.defineProperty(document, "visibilityState", {value: state, configurable: true})
  document.dispatchEvent(new Event("visibilitychange"))
}
"""


def altered(person: Person, path: str, how: Callable[[Route], None]) -> Page:
    """A new page at `path` after `how` had its way with it.

    Chromium takes such a page for one from anywhere, which may not open sockets to this machine.
    """
    person.context.grant_permissions(["local-network-access"])
    page = person.context.new_page()
    page.route(f"**{path}", how)
    page.goto(path)
    return page


def say(person: Person, text: str) -> None:
    person.post("/rooms/lobby/messages/", message=text)


def test_a_late_script_still_opens_the_socket(browse: Browse, alice: User, lobby: Room) -> None:
    late: list[Route] = []
    page = browse(alice).context.new_page()
    page.route("**/vendor/*.js", lambda route: late.append(route))
    page.goto("/rooms/lobby/", wait_until="commit")
    page.wait_for_function("document.readyState == 'interactive'")
    for route in late:
        route.continue_()
    until_live(page)
    send(page, "made it")


def test_a_page_has_one_socket_whatever_is_done_in_it(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby)
    send(page, "one")
    page.locator("#m1").hover()
    page.locator("#m1 .more").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    for event in ("pageshow", "online"):
        page.evaluate("name => window.dispatchEvent(new Event(name))", event)
    send(page, "two")
    expect(page.locator("#m2")).to_be_attached()
    assert len(wire.sockets) == 1


@pytest.mark.parametrize(
    ("start", "kept"), [("/rooms/lobby/", False), ("/rooms/lobby/", True), ("/rooms/", True)]
)
def test_back_from_another_page_is_live_and_up_to_date(
    browse: Browse, alice: User, bob: User, lobby: Room, den: Room, start: str, kept: bool
) -> None:
    his, hers = browse(bob), browse(alice)
    page = altered(his, start, may_be_kept) if kept else his.visit(start)
    until_live(page)
    page.evaluate("window.kept = true")
    page.goto("/accounts/email/")
    hers.post(f"/rooms/{den.slug}/messages/", message="meanwhile")
    say(hers, "meanwhile")
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile(f"{start}$"))
    expect(page.locator(f"[data-room={den.slug}] .unread")).to_be_attached()
    until_live(page)
    assert page.evaluate("window.kept === true") is kept
    if start == "/rooms/lobby/":
        send(page, "back again")
        expect(page.locator("#messages > article")).to_have_count(2)


def may_be_kept(route: Route) -> None:
    """As in browsers that keep a page for going back to whatever its headers say."""
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "cache-control"}
    route.fulfill(response=answer, headers=headers)


def test_a_hidden_tab_stays_live(browse: Browse, alice: User, bob: User, lobby: Room) -> None:
    page, wire = browse(bob).enter_wired(lobby)
    hers = browse(alice)
    page.evaluate(HIDE, True)
    say(hers, "while you look elsewhere")
    expect(page.locator("#m1")).to_be_attached()
    page.evaluate(HIDE, False)
    say(hers, "and after")
    expect(page.locator("#m2")).to_be_attached()
    assert len(wire.sockets) == 1


def test_sending_never_loads_a_page_even_where_links_are_boosted(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page = altered(browse(alice), "/rooms/lobby/", boost)
    until_live(page)
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url))
    send(page, "by Enter")
    page.fill("#message", "by the button")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#m2")).to_be_attached()
    expect(page.locator("#message")).to_have_value("")
    assert loads == []


def boost(route: Route) -> None:
    answer = route.fetch()
    body = answer.text().replace("<body ", '<body hx-boost:inherited="true" ', 1)
    route.fulfill(response=answer, body=body)


def test_a_stray_element_in_a_frame_changes_nothing(
    browse: Browse, alice: User, lobby: Room
) -> None:
    page, wire = browse(alice).enter_wired(lobby)
    before = shown(page)
    wire.push('<p id="stray">lost</p>and text<span hx-swap-oob="true" id="nowhere"></span>')
    send(page, "after it")
    wire.push('<p id="stray">lost</p>')
    send(page, "after both")
    expect(page.locator("#stray, #nowhere")).to_have_count(0)
    assert shown(page).startswith(before[: before.index('id="messages"')])


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012])
def test_a_closed_socket_comes_back_and_catches_up(
    browse: Browse, alice: User, bob: User, lobby: Room, code: int
) -> None:
    page, wire = browse(bob).enter_wired(lobby)
    wire.close(code)
    say(browse(alice), "while you were away")
    wait_for(lambda: page.title() and len(wire.sockets) == 2, "a second socket")
    until_live(page)
    send(page, "back")
    expect(page.locator("#messages > article")).to_have_count(2)
    assert len(wire.sockets) == 2


def test_what_comes_without_the_pages_nonce_is_inert(
    browse: Browse, alice: User, lobby: Room
) -> None:
    person = browse(alice)
    person.expected.append(r"\[hx-csp\] blocked <")
    page, wire = person.enter_wired(lobby)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    bait = """<div hx-swap-oob="beforeend:#notices">
        <a id="get" hx-get="/bait/" hx-trigger="load, click">a</a>
        <button id="on" hx-on:click="document.title = 'owned'">b</button>
        <a id="guess" hx-nonce="guess" hx-get="/bait/" hx-trigger="load, click">c</a></div>"""
    wire.push(bait)
    for name in ("get", "on", "guess"):
        page.locator(f"#{name}").click()
    send(page, "still well")
    assert page.title() == "lobby · Hubbub"
    assert asked == []
    assert page.locator("#notices [hx-get], #notices [hx-on\\:click]").count() == 0


HOSTILE = """
<p id="notices" hx-swap-oob="true">owned</p><div hx-swap-oob="innerHTML:body">owned</div>
<hx-partial hx-target="#composer">owned</hx-partial><template><p id="composer">owned</p></template>
<script>window.owned = 1</script><img src=x onerror="window.owned = 1"><title>owned</title>
<a hx-get="/owned/" hx-trigger="load" hx-target="body">x</a><b hx-on:click="window.owned = 1">y</b>
<textarea id="message">owned</textarea></article></div></main><!-- {{ owned }} {% csrf_token %}
[z](javascript:window.owned=1) [q](<data:text/html,owned>) <svg onload=window.owned=1>
"""
AROUND = ["#composer", "#room-head", "nav#rooms", "#notices", "#page-title", "#sheet", "#resume"]


def test_hostile_markup_does_nothing_by_socket_and_by_page(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    asked: list[str] = []
    his.context.on("request", lambda request: asked.append(request.url))
    page = his.enter(lobby)
    say(browse(alice), HOSTILE)
    expect(page.locator("#m1")).to_be_attached()
    for seen in (page, his.enter(lobby)):
        seen.locator("#m1 .message-body").click()
        assert seen.evaluate("window.owned") is None
        expect(seen).to_have_title("lobby · Hubbub")
        for part in AROUND:
            assert seen.locator(part).count() == 1
            assert "owned" not in seen.locator(part).evaluate("element => element.outerHTML")
        assert markup_of(seen) <= {"P", "A", "CODE", "PRE", "BR", "EM", "STRONG"}
        send(seen, "unharmed")
    assert [url for url in asked if re.search("owned|javascript", url)] == []


def markup_of(page: Page) -> set[str]:
    tags = "elements => elements.map(element => element.tagName)"
    return set(page.locator("#m1 .message-body *").evaluate_all(tags))
