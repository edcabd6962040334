"""The main journeys, the same in every engine."""

import json
from functools import partial
from typing import Any

import pytest

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.conftest import PASSWORD
from tests.engines.conftest import Browse, Say
from tests.engines.engine import Engine
from tests.engines.tab import Tab
from tests.engines.wall import Wall
from tests.live import LiveServer, wait_for

FOOT = "document.querySelector('#m110').getBoundingClientRect().bottom"
AT_THE_END = """(list => Math.abs(list.scrollTop) < 2 ||
  list.scrollHeight - list.clientHeight - list.scrollTop < 2)(document.querySelector(".scroll"))"""
# How far below the list's upper edge a row begins.
OF_VIEW = """document.querySelector("#m%d").getBoundingClientRect().top -
  document.querySelector(".scroll").getBoundingClientRect().top"""
# A reader who scrolls up until it is there.
UP_TO = """!!document.querySelector("#m%d") ||
  (document.querySelector(".older").scrollIntoView(), false)"""
MOVING = """document.querySelector(".scroll").getAnimations().some(a => a.playState == "running")"""
SEQS = "[...document.querySelectorAll('article.message')].map(row => +row.dataset.seq)"
KEY = """document.querySelector("#message").dispatchEvent(new KeyboardEvent(
  "keydown", {key: "Enter", bubbles: true, cancelable: true, ...%s}))"""
# The clock that runs without beats, in seconds instead of half minutes.
HURRY = """(sheet => {
  sheet.replaceSync(`#connection { animation-delay: 1s !important;
                                   animation-duration: 2s !important }`)
  document.adoptedStyleSheets = [sheet]
})(new CSSStyleSheet())"""


def enter(tab: Tab, path: str = "/rooms/lobby/") -> Tab:
    tab.open(path)
    tab.until_there("#connection.live")
    return tab


def send(tab: Tab, text: str) -> None:
    tab.fill("#message", text)
    tab.press("Enter")
    tab.until_value("#message", "")


def until_settled(tab: Tab) -> None:
    """The room has opened at its end, with whatever animation that takes."""
    tab.until(lambda: tab.evaluate(AT_THE_END), "the newest is in view")
    tab.until(lambda: not tab.evaluate(MOVING), "the list has come to rest")


def seqs(tab: Tab) -> list[int]:
    return list(tab.evaluate(SEQS))


def sign_up(tab: Tab, username: str) -> None:
    tab.open("/accounts/signup/")
    fields = {"username": username, "email": f"{username}@example.org"}
    for name, value in (fields | {"password1": PASSWORD, "password2": PASSWORD}).items():
        tab.fill(f"[name={name}]", value)
    tab.press("Enter")


@pytest.fixture
def long(lobby: Room, alice: User) -> Room:
    """The lobby with 130 messages, all of them read."""
    for number in range(1, 131):
        text = f"number {number}" + "\n\nand more" * (number % 4)
        actions.messages.post(room=lobby, author=alice, text=text)
    lobby.memberships.update(last_read_seq=130)
    return lobby


def test_two_people_sign_up_and_talk(browse: Browse) -> None:
    first, second = browse(), browse()
    sign_up(first, "maya")
    first.until_at("/rooms/new/")
    first.fill("[name=name]", "Kitchen garden")
    first.press("Enter")
    first.until_there("#connection.live")
    sign_up(second, "tomas")
    second.until_there("form[action='/rooms/kitchen-garden/join/'] button")
    second.click("form[action='/rooms/kitchen-garden/join/'] button")
    second.until_there("#connection.live")
    send(first, "Who has the *key*?")
    second.until_there("#m1 em")
    send(second, "I do.")
    first.until_there("#m2[data-author=tomas]")
    assert [first.text(f"#m{seq} .message-body") for seq in (1, 2)] == ["Who has the key?", "I do."]


def test_enter_sends_shift_enter_breaks_and_the_focus_stays(
    browse: Browse, alice: User, lobby: Room
) -> None:
    tab = enter(browse(alice))
    tab.fill("#message", "one")
    tab.press("Shift+Enter")
    tab.write("two")
    tab.until_value("#message", "one\ntwo")
    assert not Message.objects.exists()
    tab.press("Enter")
    tab.until_value("#message", "")
    tab.write("more")
    tab.until_value("#message", "more")
    assert Message.objects.get().text == "one\ntwo"


@pytest.mark.parametrize("how", [{"isComposing": True}, {"keyCode": 229}])
def test_the_enter_of_an_input_method_does_not_send(
    browse: Browse, alice: User, lobby: Room, how: dict[str, Any]
) -> None:
    tab = enter(browse(alice))
    tab.fill("#message", "にほn")
    tab.evaluate(KEY % json.dumps(how))
    tab.write("go")
    tab.evaluate(KEY % "{}")
    tab.until_value("#message", "")
    assert [message.text for message in Message.objects.all()] == ["にほngo"]


def test_after_a_killed_server_nothing_is_missing_and_nothing_twice(
    engine: Engine, browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    tab = enter(browse(bob))
    send(tab, "before")
    for number in range(2):
        live.kill()
        if engine.keeps_cache:
            tab.until_there("#connection.lost")
        actions.messages.post(room=lobby, author=alice, text=f"while it is down {number}")
        tab.fill("#message", f"into the gap {number}")
        tab.press("Enter")
        live.start()
        tab.until_there("#connection.live")
        tab.until_value("#message", "")
        tab.until_there(f"#m{3 + 2 * number}")
    assert seqs(tab) == [1, 2, 3, 4, 5]
    assert Message.objects.count() == 5


def test_where_no_socket_gets_through_the_page_follows_by_http(
    browse: Browse, wall: Wall, say: Say, alice: User, bob: User, lobby: Room
) -> None:
    wall.refusing = True
    tab = browse(bob, wall.url).open("/rooms/lobby/")
    tab.evaluate(HURRY)
    tab.until_there("#connection.polled")
    say(alice, "by post")
    tab.until_there("#m1")
    send(tab, "and back")
    tab.until_there("#m2")
    tab.fill("#message", "half written")
    wall.refusing = False
    tab.until_there("#connection.live")
    say(alice, "by socket")
    tab.until_there("#m3")
    assert tab.value("#message") == "half written"
    assert seqs(tab) == [1, 2, 3]
    assert Message.objects.count() == 3


def test_a_socket_that_is_open_and_dead_is_given_up(
    browse: Browse, wall: Wall, say: Say, alice: User, bob: User, lobby: Room
) -> None:
    tab = enter(browse(bob, wall.url))
    tab.evaluate(HURRY)
    wall.hold()
    say(alice, "into silence")
    tab.until_there("#m1")
    wall.release()
    say(alice, "heard again")
    tab.until_there("#m2")
    tab.until_there("#connection.live")
    assert seqs(tab) == [1, 2]


def test_only_the_acknowledgement_empties_the_box(
    browse: Browse, wall: Wall, alice: User, lobby: Room
) -> None:
    tab = enter(browse(alice, wall.url))
    tab.fill("#message", "are you there?")
    wall.hold()
    tab.press("Enter")
    wait_for(Message.objects.exists, "it is stored")
    assert tab.value("#message") == "are you there?"
    wall.release()
    tab.until_value("#message", "")
    tab.write("still in the box")
    tab.until_value("#message", "still in the box")


def test_what_is_written_on_meanwhile_stays_and_is_sent_next(
    browse: Browse, wall: Wall, alice: User, lobby: Room
) -> None:
    tab = enter(browse(alice, wall.url))
    tab.fill("#message", "one")
    wall.hold()
    tab.press("Enter")
    wait_for(Message.objects.exists, "it is stored")
    tab.write("two")
    tab.press("Enter")
    wall.release()
    tab.until_there("#m2")
    tab.until_value("#message", "")
    assert [message.text for message in Message.objects.order_by("seq")] == ["one", "two"]


def test_a_name_is_completed_a_reply_written_and_a_reaction_given(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=bob, text="Frost on Tuesday")
    tab = enter(browse(alice))
    tab.click("#m1 .more")
    tab.click("dialog [href$='/reply/']")
    tab.until_there("#replying input:checked")
    tab.fill("#message", "@bo")
    tab.click("#names button")
    tab.until_value("#message", "@bob ")
    tab.write("thanks")
    tab.press("Enter")
    tab.until_there("#m2 .reply")
    tab.until_there("#m2 .at")
    tab.click("#m1 .more")
    tab.click("dialog [aria-label=React] button")
    tab.until_there("#r1 button[data-by=alice]")
    tab.click("#r1 button")
    tab.until_gone("#r1 button")


def test_a_room_opens_at_its_end_and_stays_there(
    browse: Browse, say: Say, alice: User, bob: User, long: Room
) -> None:
    tab = enter(browse(bob))
    until_settled(tab)
    for number in range(131, 134):
        say(alice, f"number {number}")
        tab.until_there(f"#m{number}")
        tab.until(lambda: tab.evaluate(AT_THE_END), "the newest is in view")


def test_what_comes_while_one_reads_further_up_moves_nothing(
    browse: Browse, say: Say, alice: User, bob: User, long: Room
) -> None:
    tab = enter(browse(bob))
    until_settled(tab)
    tab.evaluate("document.querySelector('.scroll').scrollBy(0, -700)")
    tab.until(lambda: not tab.evaluate(AT_THE_END), "further up")
    before = tab.evaluate(FOOT)
    for number in (131, 132):
        say(alice, "news")
        tab.until_there(f"#m{number}")
        assert tab.evaluate(FOOT) == pytest.approx(before, abs=1)


def test_scrolling_up_brings_what_is_older_one_page_at_a_time(
    browse: Browse, bob: User, long: Room
) -> None:
    tab = enter(browse(bob))
    until_settled(tab)
    for first, then in ((81, 31), (31, 1)):
        tab.until(partial(tab.evaluate, UP_TO % then), f"message {then} comes")
        assert seqs(tab) == list(range(then, 131))
        assert -100 < tab.evaluate(OF_VIEW % first) < 200


def test_back_and_forward_lead_to_a_room_that_is_true_and_live(
    browse: Browse, say: Say, alice: User, bob: User, lobby: Room
) -> None:
    tab = enter(browse(bob))
    send(tab, "one")
    tab.open("/rooms/")
    say(alice, "two")
    tab.traverse(-1)
    tab.until_at("/rooms/lobby/")
    tab.until_there("#m2")
    tab.until_there("#connection.live")
    assert tab.value("#message") == ""
    tab.traverse(1)
    tab.until_at("/rooms/")
    tab.traverse(-1)
    tab.until_at("/rooms/lobby/")
    tab.until_there("#connection.live")
    say(alice, "three")
    tab.until_there("#m3")
    assert seqs(tab) == [1, 2, 3]


def test_the_box_is_empty_after_a_reload(browse: Browse, alice: User, lobby: Room) -> None:
    tab = enter(browse(alice))
    send(tab, "sent")
    tab.reload()
    tab.until_there("#connection.live")
    assert tab.value("#message") == ""
    send(tab, "and again")
    tab.until_there("#m2")
    assert [message.text for message in Message.objects.order_by("seq")] == ["sent", "and again"]


def test_a_messages_sheet_opens_and_escape_closes_it(
    browse: Browse, alice: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=alice, text="Frost on Tuesday")
    tab = enter(browse(alice))
    tab.click("#m1 .more")
    tab.until_shown("dialog[open]")
    tab.press("Escape")
    tab.until_gone("dialog")
    tab.click("#m1 .more")
    tab.fill("#edited", "!")
    tab.click("dialog [action$='/edit/'] button")
    tab.until_there("#m1 .edited")
    tab.until_gone("dialog")


def test_what_pops_up_closes_by_escape(browse: Browse, alice: User, lobby: Room) -> None:
    tab = enter(browse(alice))
    tab.click("[popovertarget=find]")
    tab.until_shown("#find")
    tab.press("Escape")
    tab.until_hidden("#find")
    tab.resize(500, 844)
    tab.until_hidden("nav#rooms")
    tab.click(".menu")
    tab.until_shown("nav#rooms")
    tab.press("Escape")
    tab.until_hidden("nav#rooms")


def test_the_box_grows_with_what_is_written(browse: Browse, alice: User, lobby: Room) -> None:
    tab = enter(browse(alice))
    height = "document.querySelector('#message').clientHeight"
    low = tab.evaluate(height)
    tab.fill("#message", "one")
    for line in ("two", "three"):
        tab.press("Shift+Enter")
        tab.write(line)
    tab.until(lambda: tab.evaluate(height) > low + 20, "the box has grown")
    tab.press("Enter")
    tab.until(lambda: tab.evaluate(height) == low, "the box is as before")


def test_without_script_a_room_is_a_page_and_writing_a_form(
    browse: Browse, alice: User, lobby: Room
) -> None:
    tab = browse(alice, script=False).open("/rooms/lobby/")
    tab.fill("#message", "by form")
    tab.click("#composer .send")
    tab.until_there("#m1")
    assert tab.value("#message") == ""
    assert tab.text("#m1 .message-body") == "by form"
    assert tab.count("#connection.live") == 0
