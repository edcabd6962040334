"""What the contact sheet shows: one table. A page that is added gets a line here."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

from tests.screenshots.site import ROOM, Site


def write(page: Page, site: Site) -> None:
    page.fill("#message", "Half a thought, over\nthree lines,\nwith **stars**")


def near_the_end(page: Page, site: Site) -> None:
    page.fill("#message", "A long story. " * 700)
    page.locator("#left:not(:empty)").wait_for()


def preview(page: Page, site: Site) -> None:
    write(page, site)
    page.locator(".hints button").click()
    page.get_by_role("dialog").wait_for()


def sheet(page: Page, site: Site) -> None:
    page.fill("#message", "A word that can be changed")
    page.press("#message", "Enter")
    page.locator("[data-author=user1] .more").last.click()
    page.get_by_role("dialog").wait_for()


def reactions(page: Page, site: Site) -> None:
    page.locator(".message:has(.chips button) .more").last.click()
    page.locator("#sheet details:has([action*=reaction]) summary").click()
    page.locator("#sheet form[action*=reaction]").first.wait_for()


def reply(page: Page, site: Site) -> None:
    page.locator(".message .more").last.click()
    page.locator("#sheet [href$='/reply/']").click()
    page.locator("#replying label").wait_for()
    page.fill("#message", "I will bring it")


def up(page: Page, site: Site) -> None:
    page.locator(".message").nth(20).scroll_into_view_if_needed()


def find(page: Page, site: Site) -> None:
    page.locator("button.find").click()


def drawer(page: Page, site: Site) -> None:
    if page.locator(".menu").is_visible():
        page.locator(".menu").click()


def lost(page: Page, site: Site) -> None:
    with site.away():
        page.locator("#connection.lost").wait_for()


def refused(page: Page, site: Site) -> None:
    page.fill("#message", "x" * 10_001)
    page.press("#message", "Enter")
    page.locator("#notices .error").wait_for()


def wrong(page: Page, site: Site) -> None:
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    page.locator(".error, .errorlist").first.wait_for()


def decide(page: Page, site: Site) -> None:
    page.locator(".cases .actions a").first.click()
    page.locator("#verdict").wait_for()


def attach(page: Page, site: Site) -> None:
    page.locator(".attach").click()
    page.fill("#caption", "The first tomatoes")


class State(NamedTuple):
    name: str
    path: str
    who: str = "user1"
    act: Callable[[Page, Site], None] | None = None


STATES = [
    State("front door", "/", ""),
    State("sign in", "/accounts/login/", ""),
    State("sign in, refused", "/accounts/login/", "", wrong),
    State("sign up", "/accounts/signup/", ""),
    State("password forgotten", "/accounts/password/reset/", ""),
    State("the picture in the README", "/rooms/kitchen-garden/", "user2"),
    State("room", ROOM),
    State("room, both directions", "/rooms/both/", "user2"),
    State("room, writing", ROOM, "user3", write),
    State("room, near the end of what one may write", ROOM, "user3", near_the_end),
    State("room, preview", ROOM, "user3", preview),
    State("room, list of rooms", ROOM, act=drawer),
    State("room, a message's sheet", ROOM, act=sheet),
    State("room, replying", "/rooms/kitchen-garden/", "user2", reply),
    State("room, whose reactions", "/rooms/kitchen-garden/", "user2", reactions),
    State("room, find", ROOM, act=find),
    State("room, further up", ROOM, act=up),
    State("room, refused", ROOM, "user4", refused),
    State("room, connection lost", ROOM, act=lost),
    State("room, not joined", ROOM, "outsider"),
    State("room, empty", "/rooms/quiet/"),
    State("room, pictures", "/rooms/pictures/"),
    State("room, sending files", "/rooms/pictures/", act=attach),
    State("sending files, without script", "/rooms/pictures/files/"),
    State("permalink", f"{ROOM}messages/150/#m150"),
    State("a message's page", f"{ROOM}menu/?seq=150"),
    State("days", f"{ROOM}history/"),
    State("a day", f"{ROOM}messages/150/day/"),
    State("members", f"{ROOM}members/"),
    State("about a room", f"{ROOM}settings/"),
    State("words of a room", f"{ROOM}words/"),
    State("what waits", f"{ROOM}held/"),
    State("what waits of one's own", f"{ROOM}held/", "user5"),
    State("room, a message waits", ROOM, "user5"),
    State("report a message", f"{ROOM}messages/150/report/", "outsider"),
    State("report a person", "/people/user2/report/"),
    State("reports in a room", f"{ROOM}reports/"),
    State("a case", f"{ROOM}reports/", act=decide),
    State("reports on the site", "/staff/reports/"),
    State("what one is told", "/mentions/told/", "user2"),
    State("log of a room", f"{ROOM}log/"),
    State("log of the site", "/staff/log/"),
    State("admin, reports", "/admin/rooms/case/"),
    State("admin, what waits", "/admin/rooms/held/"),
    State("admin, messages", "/admin/rooms/message/"),
    State("conversation", "/rooms/talk-2-3/", "user2"),
    State("conversation, list of rooms", "/rooms/talk-2-3/", "user3", act=drawer),
    State("conversation, I block", "/rooms/talk-2-6/", "user2"),
    State("conversation, blocked", "/rooms/talk-2-6/", "user6"),
    State("about a conversation", "/rooms/talk-2-3/settings/", "user2"),
    State("new message", "/people/", "user2"),
    State("rooms, and conversations", "/rooms/", "user2"),
    State("rooms", "/rooms/"),
    State("rooms, none found", "/rooms/?q=nothing+is+called+that"),
    State("new room", "/rooms/new/"),
    State("keys and writing", "/help/"),
    State("search", "/search/?q=greenhouse"),
    State("search, nothing found", "/search/?q=nonesuch"),
    State("saved", "/saved/"),
    State("mentions", "/mentions/"),
    State("mentions, replies and reactions", "/mentions/", "user2"),
    State("profile", "/me/"),
    State("sessions", "/me/sessions/"),
    State("closing an account", "/me/leave/"),
    State("a person, to others", "/people/user2/", "outsider"),
    State("a person, to staff", "/people/user2/"),
    State("e-mail", "/accounts/email/"),
    State("password", "/accounts/password/change/"),
    State("sign out", "/accounts/logout/"),
    State("no such page", "/no-such-page/"),
    State("design", "/design/"),
]
