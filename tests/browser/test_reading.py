"""Reading up and down a long room, while others talk."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.browser.conftest import Browse
from tests.browser.person import send
from tests.live import wait_for

pytestmark = pytest.mark.once

TO_THE_TOP = "list => list.scrollTo(0, -list.scrollHeight)"
TO_THE_END = "list => list.scrollTo(0, 0)"
NEXT_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# The list's first row has a head that it loses to rows above it: its foot is what must not move.
FOOT_OF = "row => row.getBoundingClientRect().bottom"
SEQS = "rows => rows.map(row => Number(row.dataset.seq))"


@pytest.fixture
def long(lobby: Room, alice: User) -> Room:
    """The lobby with 130 messages, of one line or several, all of them read."""
    for number in range(1, 131):
        text = f"number {number}" + "\n\nand more" * (number % 4)
        actions.messages.post(room=lobby, author=alice, text=text)
    lobby.memberships.update(last_read_seq=130)
    return lobby


def seqs(page: Page) -> list[int]:
    return list(page.locator("article.message").evaluate_all(SEQS))


def scroll_by(page: Page, pixels: int) -> None:
    page.locator(".scroll").evaluate("(list, pixels) => list.scrollBy(0, pixels)", pixels)


def foot_of(page: Page, seq: int) -> float:
    return float(page.locator(f"#m{seq}").evaluate(FOOT_OF))


def test_a_room_opens_at_its_newest_message_and_stays_there(
    browse: Browse, bob: User, long: Room
) -> None:
    page = browse(bob).enter(long)
    expect(page.locator("#m130")).to_be_in_viewport()
    assert seqs(page) == list(range(81, 131))
    for number in range(131, 134):
        send(page, f"number {number}")
        expect(page.locator(f"#m{number}")).to_be_in_viewport()


def test_scrolling_up_brings_older_messages_without_a_jump(
    browse: Browse, bob: User, long: Room
) -> None:
    page = browse(bob).enter(long)
    for first, then in ((81, 31), (31, 1)):
        page.locator(".scroll").evaluate(TO_THE_TOP)
        before = foot_of(page, first)
        expect(page.locator(f"#m{then}")).to_be_attached()
        assert foot_of(page, first) == pytest.approx(before, abs=1)
        assert seqs(page) == list(range(then, 131))
    page.locator(".scroll").evaluate(TO_THE_TOP)
    expect(page.get_by_text("This is the beginning")).to_be_in_viewport()
    expect(page.locator("#m1")).to_be_in_viewport()
    assert page.locator(".day").count() == 1


def test_older_messages_come_once_however_one_scrolls_meanwhile(
    browse: Browse, bob: User, long: Room
) -> None:
    page = browse(bob).enter(long)
    asked: list[Route] = []
    page.route("**/older/**", lambda route: asked.append(route))
    for there in (TO_THE_TOP, TO_THE_END, TO_THE_TOP):
        page.locator(".scroll").evaluate(there)
        page.evaluate(NEXT_FRAMES)
    wait_for(lambda: page.title() and asked, "older messages are asked for")
    asked[0].continue_()
    expect(page.locator("#m31")).to_be_attached()
    page.locator(".scroll").evaluate(TO_THE_TOP)
    wait_for(lambda: page.title() and asked[1:], "the rest is asked for")
    asked[1].continue_()
    expect(page.locator("#m1")).to_be_attached()
    assert seqs(page) == list(range(1, 131))


def test_a_tall_window_fills_itself(browse: Browse, bob: User, long: Room) -> None:
    page = browse(bob, viewport={"width": 900, "height": 12_000}).enter(long)
    expect(page.locator("#m1")).to_be_attached()
    assert seqs(page) == list(range(1, 131))


def test_a_message_that_comes_while_one_reads_further_up_moves_nothing(
    browse: Browse, alice: User, bob: User, long: Room
) -> None:
    page = browse(bob).enter(long)
    scroll_by(page, -700)
    before = foot_of(page, 110)
    browse(alice).post("/rooms/lobby/messages/", message="news")
    expect(page.locator("#m131")).to_be_attached()
    assert foot_of(page, 110) == pytest.approx(before, abs=1)
    expect(page.locator("#m131")).not_to_be_in_viewport()


def test_a_permalink_opens_a_window_around_its_message_that_is_kept_true(
    browse: Browse, alice: User, bob: User, long: Room
) -> None:
    hers = browse(alice)
    page = browse(bob).visit("/rooms/lobby/messages/40/#m40")
    expect(page.locator("#m40.highlighted")).to_be_in_viewport()
    assert seqs(page) == list(range(15, 65))
    expect(page.locator("#connection.live")).to_be_attached()
    hers.post("/rooms/lobby/messages/41/edit/", message="said otherwise")
    expect(page.locator("#m41 .message-body")).to_have_text("said otherwise")
    hers.post("/rooms/lobby/messages/42/remove/", reason="")
    expect(page.locator("#m42.removed")).to_be_attached()
    hers.post("/rooms/lobby/messages/", message="news")
    expect(page.locator("#cursor")).to_have_value("133")
    assert seqs(page) == list(range(15, 65))
    page.get_by_role("link", name="Go to the newest").click()
    expect(page.locator("#m131")).to_be_in_viewport()


def test_a_permalinks_window_reaches_up_to_the_first_message(
    browse: Browse, bob: User, long: Room
) -> None:
    page = browse(bob).visit("/rooms/lobby/messages/60/")
    expect(page.locator("#m60.highlighted")).to_be_in_viewport()
    page.locator(".scroll").evaluate(TO_THE_TOP)
    expect(page.locator("#m1")).to_be_attached()
    assert seqs(page) == list(range(1, 85))


def test_a_permalinks_window_is_not_replaced_by_what_came_long_after_it(
    browse: Browse, bob: User, long: Room
) -> None:
    page, wire = browse(bob).enter_wired(long, "/rooms/lobby/messages/60/")
    page.locator("#cursor").evaluate("cursor => cursor.value = '-1'")
    wire.close(1011)
    expect(page.locator("#cursor")).to_have_value("130")
    assert seqs(page) == list(range(35, 85))
    page.locator(".scroll").evaluate(TO_THE_TOP)
    expect(page.locator("#m1")).to_be_attached()
    assert seqs(page) == list(range(1, 85))


def test_days_are_separated_and_runs_grouped(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    actions.messages.post(room=lobby, author=alice, text="yesterday")
    Message.objects.update(created_at=yesterday)
    Room.objects.update(last_posted_at=yesterday)
    for author, text in ((alice, "one"), (alice, "two"), (bob, "three"), (alice, "four")):
        actions.messages.post(room=lobby, author=author, text=text)
    page = browse(bob).enter(lobby)
    days = page.locator(".day time")
    expect(days).to_have_text([f"{day:%A} {day.day} {day:%B %Y}" for day in (yesterday, today())])
    follows = page.locator("article.follows").evaluate_all(SEQS)
    assert follows == [3]
    for text in ("five", "six"):
        send(page, text)
    wait_for(lambda: page.locator("article.follows").evaluate_all(SEQS) == [3, 7], "grouped")


def today() -> datetime:
    return timezone.now()
