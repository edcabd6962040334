"""No page has a fault against WCAG 2.2 AA that axe can find, light or dark, wide or narrow."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Notice, User
from rooms import actions
from rooms.models import Case, Membership, Room
from tests.browser.conftest import Browse
from tests.browser.person import Person, until_live
from tests.browser.test_accessible import DOORS, PAGES

pytestmark = pytest.mark.once

AXE = Axe()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
MORE = [
    "/me/leave/",
    "/me/sessions/",
    "/people/",
    "/people/alice/",
    "/rooms/talk/",
    "/rooms/talk/settings/",
    "/people/bob/",
    "/rooms/lobby/?before=3",
    "/rooms/empty/",
    "/rooms/lobby/invitations/",
    "/rooms/open/",
    "/rooms/lobby/words/",
    "/rooms/lobby/files/",
    "/rooms/lobby/held/",
    "/staff/words/",
    "/rooms/lobby/messages/4/report/",
    "/people/bob/report/",
    "/rooms/lobby/reports/",
    "/rooms/lobby/reports/1/",
    "/staff/reports/",
    "/staff/reports/2/",
    "/mentions/",
    "/mentions/told/",
    "/design/",
]
SIGNS = """Every kind of text: **bold**, *slanted*, `code`, ~~gone~~, a link to https://example.org/

> said by somebody

1. first
2. second

```python
def answer(question: str) -> int:  # always the same
    return len(question) * 42 if question else "nothing"
```
"""


@pytest.fixture
def world(lobby: Room, alice: User, bob: User) -> Room:
    """A lobby with every kind of row; besides, an empty room and one to be joined."""
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    actions.rooms.create(owner=alice, name="empty", topic="Nothing yet")
    actions.rooms.create(owner=bob, name="open")
    posts = [actions.messages.post(room=lobby, author=alice, text=SIGNS)]
    for author in (alice, bob, bob, alice):
        posts.append(actions.messages.post(room=lobby, author=author, text="a word"))
    actions.messages.edit(member=member(lobby, alice), message=posts[1], text="another word")
    actions.removals.remove(member=member(lobby, bob), message=posts[2])
    talk = actions.conversations.begin(by=bob, person=alice)
    actions.messages.post(room=talk, author=bob, text="a word to you alone")
    Room.objects.filter(pk=talk.pk).update(slug="talk")
    hers = member(lobby, alice)
    for pk, room in ((1, lobby), (2, None)):
        Case.objects.create(pk=pk, room=room, person=bob)
        actions.reports.report_person(by=alice, person=bob, room=room, kind="spam", comment="Ads")
    actions.reports.report_message(by=hers, message=posts[3], kind="off-topic")
    Notice.objects.create(user=alice, text="What you reported was looked at.", address="/mentions/")
    return lobby


def member(room: Room, user: User) -> Membership:
    return room.memberships.get(user=user)


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now, a line for each element."""
    found: dict[str, Any] = AXE.run(page, options=OPTIONS).response
    return [
        f"{page.url} {fault['id']}: {' '.join(map(str, node['target']))} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def faults_by_day_and_night(page: Page) -> list[str]:
    """Those of the same page in light and in dark colours."""
    found: list[str] = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {fault}" for fault in faults(page)]
    return found


def opened(person: Person, page: Page) -> list[str]:
    """The faults of what opens: a message's sheet, the way to a date, the list of rooms."""
    found: list[str] = []
    page.goto("/rooms/lobby/")
    until_live(page)
    page.locator("#m5 .more").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found += faults_by_day_and_night(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("#find")).to_be_visible()
    found += faults_by_day_and_night(page)
    page.keyboard.press("Escape")
    if page.locator(".menu").is_visible():
        page.locator(".menu").click()
        expect(page.get_by_role("navigation", name="Rooms")).to_be_visible()
        found += faults_by_day_and_night(page)
    person.live.kill()
    expect(page.locator("#connection")).to_have_class("lost")
    return found + faults_by_day_and_night(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_fault_that_axe_finds(
    browse: Browse, alice: User, world: Room, width: int
) -> None:
    look = {"viewport": {"width": width, "height": 844}, "reduced_motion": "reduce"}
    found: list[str] = []
    for user, paths in ((alice, PAGES + MORE), (None, DOORS)):
        page = browse(user, **look).context.new_page()
        for path in paths:
            page.goto(path)
            found += faults_by_day_and_night(page)
        page.close()
    hers = browse(alice, **look)
    hers.expected.append("htmx:ws:error")
    found += opened(hers, hers.context.new_page())
    assert found == [], "\n".join(found)


def test_nor_do_pages_that_run_from_right_to_left(browse: Browse, alice: User, world: Room) -> None:
    look = {"locale": "ar", "viewport": {"width": 390, "height": 844}, "reduced_motion": "reduce"}
    page = browse(alice, **look).context.new_page()
    found: list[str] = []
    for path in ("/rooms/lobby/", "/rooms/lobby/settings/", "/rooms/lobby/history/", "/me/"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        found += faults(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []
