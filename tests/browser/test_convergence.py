"""Convergence: an open page with the frames applied equals the same page fetched afresh."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Message, Room
from rooms.realtime.hub import TICK
from tests.browser.conftest import Browse
from tests.browser.person import Person, until_live, until_lost
from tests.browser.shown import assert_same
from tests.live import ROOT, LiveServer
from tests.servers import start_redis

pytestmark = pytest.mark.once

CODE = (
    "Look:\n\n```python\nfor x in y: print(x)\n```\n- a [link](https://docs.example.org/x)\n- שלום"
)


def say(person: Person, text: str, slug: str = "lobby") -> None:
    person.post(f"/rooms/{slug}/messages/", message=text)


def say_in_turn(person: Person, other: Person) -> None:
    for text in ("one", "two"):
        say(person, text)
    say(other, "three")
    say(person, "four")


def edit(person: Person, seq: int, text: str = "said *otherwise*") -> None:
    person.post(f"/rooms/lobby/messages/{seq}/edit/", message=text)


def remove(person: Person, seq: int) -> None:
    person.post(f"/rooms/lobby/messages/{seq}/remove/", reason="")


def rename(person: Person, name: str = "Lounge & Bar", topic: str = "<Anything> goes") -> None:
    person.post("/rooms/lobby/settings/", name=name, topic=topic)


def edit_and_remove(person: Person, _: Person) -> None:
    edit(person, 1)
    remove(person, 1)
    say(person, "in its place")


def found_a_room(_: Person, other: Person) -> None:
    other.post("/rooms/new/", name="Annex", topic="", kind="public")


def moderate(person: Person, other: Person, path: str, **fields: str) -> None:
    say(other, "said by the other")
    person.post(f"/rooms/lobby/{path}", **fields)


def remove_and_restore(person: Person, other: Person) -> None:
    moderate(person, other, "messages/3/remove/", reason="too hasty")
    person.post("/rooms/lobby/messages/3/restore/")


def mute_and_unmute(person: Person, other: Person) -> None:
    moderate(person, other, "members/bob/mute/")
    person.post("/rooms/lobby/members/bob/unmute/")


def settle(person: Person, **modes: str) -> None:
    person.post("/rooms/lobby/settings/", **modes)


# What happens, done by alice with bob's other tabs at hand, while a page of bob's is open.
CHANGES: dict[str, Callable[[Person, Person], None]] = {
    "a post": lambda alice, _: say(alice, CODE),
    "posts of several authors": say_in_turn,
    "an edit": lambda alice, _: edit(alice, 2),
    "an edit that opens a run": lambda alice, _: edit(alice, 1),
    "a removal": lambda alice, _: remove(alice, 2),
    "an edit and a removal": edit_and_remove,
    "a new name and topic": lambda alice, _: rename(alice),
    "no topic any more": lambda alice, _: rename(alice, "lobby", ""),
    "a removal by a moderator": lambda alice, bob: moderate(alice, bob, "messages/3/remove/"),
    "a message brought back": remove_and_restore,
    "all of one's messages removed": lambda alice, bob: moderate(
        alice, bob, "members/bob/sweep/", since="ever"
    ),
    "a mute": lambda alice, bob: moderate(alice, bob, "members/bob/mute/", seconds="600"),
    "a mute lifted": mute_and_unmute,
    "a role": lambda alice, _: alice.post("/rooms/lobby/members/bob/role/", role="moderator"),
    "a room closed for writing": lambda alice, _: settle(alice, posting="nobody"),
    "announcements only": lambda alice, _: settle(alice, posting="moderators"),
    "slow mode and a pinned notice": lambda alice, _: settle(
        alice, slow_mode="30", notice="Be <kind>: https://example.org/rules"
    ),
    "news in another room": lambda alice, _: say(alice, "psst", "den"),
    "a room of one's own": found_a_room,
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_open_page_follows(
    browse: Browse, alice: User, bob: User, lobby: Room, den: Room, change: str
) -> None:
    for text in ("first", "second"):
        actions.messages.post(room=lobby, author=alice, text=text)
    den.slug, was = "den", den.slug
    Room.objects.filter(slug=was).update(slug="den")
    hers, his = browse(alice), browse(bob)
    page = his.enter(lobby)
    CHANGES[change](hers, his)
    assert_same(page, his.visit("/rooms/lobby/"))


def test_one_message_changed_again_and_again_while_away(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    """All of it comes at once, from memory: alice's own page keeps the room in it."""
    hers, his = browse(alice), browse(bob)
    hers.enter(lobby)
    page, wire = his.enter_wired(lobby)
    say(hers, "seen by all")
    expect(page.locator("#m1")).to_be_attached()
    wire.close(1011)
    edit(hers, 1)
    remove(hers, 1)
    say(hers, "not seen yet")
    edit(hers, 2)
    edit(hers, 2, "third *version*")
    rename(hers)
    rename(hers, "lobby", "Third topic")
    assert_same(page, his.visit("/rooms/lobby/"))


def test_a_rooms_first_message_takes_the_place_of_its_welcome(
    browse: Browse, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    page = his.enter(lobby)
    expect(page.locator(".nobody")).to_be_visible()
    say(browse(alice), "anybody here?")
    assert_same(page, his.visit("/rooms/lobby/"))
    expect(page.locator(".nobody")).to_be_hidden()


def age(upto: int) -> None:
    """The messages up to there are older than their room keeps them."""
    Message.objects.filter(seq__lte=upto).update(created_at="2020-01-01T00:00Z")
    Room.objects.update(retention=30, retention_from=None)


def test_what_is_deleted_for_good_leaves_a_page_that_was_away(
    browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    """Some of it, and then all of it."""
    for number in range(1, 5):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    his = browse(bob)
    page = his.enter(lobby)
    for oldest, left in ((2, 2), (4, 0)):
        cut_off(his, page, live)
        age(oldest)
        actions.retention.look_again()
        assert actions.retention.step()
        live.start()
        expect(page.locator("#messages > article")).to_have_count(left, timeout=20_000)
        assert_same(page, his.visit("/rooms/lobby/"))


def test_what_is_deleted_for_good_leaves_every_open_list(
    chromium: Browser, transactional_db: None, tmp_path: Path, lobby: Room, alice: User, bob: User
) -> None:
    """As the worker does it: it tells the servers by Redis."""
    for number in range(1, 121):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    lobby.memberships.update(last_read_seq=120)
    with ExitStack() as stack:
        redis = start_redis(tmp_path / "redis")
        stack.callback(redis.stop)
        server = stack.enter_context(LiveServer(REDIS_URL=redis.url))
        his = Person(chromium, server, bob)
        stack.callback(his.leave)
        page, window = his.enter(lobby), his.visit("/rooms/lobby/messages/30/")
        until_live(window)
        assert window.locator("#around > article").count() == 50
        age(40)
        command = [sys.executable, "manage.py", "work", "--once"]
        subprocess.run(command, cwd=ROOT, env=server.environment, check=True, timeout=60)
        expect(window.locator("#m40")).to_have_count(0, timeout=TICK * 900)
        assert window.locator("#around > article").first.get_attribute("id") == "m41"
        expect(window.locator("#sooner")).to_contain_text("Older messages are deleted")
        assert_same(page, his.visit("/rooms/lobby/"))
        age(100)
        subprocess.run(command, cwd=ROOT, env=server.environment, check=True, timeout=60)
        expect(page.locator("#messages > article")).to_have_count(20, timeout=TICK * 900)
        expect(window.locator("#around > article")).to_have_count(0, timeout=TICK * 900)
        assert_same(page, his.visit("/rooms/lobby/"))


def test_a_burst_arrives_whole_and_in_order(
    browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    his = browse(bob)
    page = his.enter(lobby)
    with live.socket("/ws/chat/lobby/", alice) as hers:
        hers.send(json.dumps({"type": "resume", "cursor": "now"}))
        for number in range(30):
            hers.send(json.dumps({"message": f"number {number}", "nonce": f"n{number}"}))
        hers.until('id="m30"')
    assert_same(page, his.visit("/rooms/lobby/"))
    assert page.locator("#messages > article").count() == 30


def test_a_page_is_whole_after_the_server_was_killed(
    browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    for text in ("stays", "is edited", "is removed"):
        actions.messages.post(room=lobby, author=alice, text=text)
    his = browse(bob)
    page = his.enter(lobby)
    cut_off(his, page, live)
    page.fill("#message", "said into the void")
    page.press("#message", "Enter")
    change_unannounced(lobby, alice)
    expect(page.locator("#message")).to_have_value("said into the void")
    live.start()
    expect(page.locator("#message")).to_have_value("", timeout=20_000)
    assert_same(page, his.visit("/rooms/lobby/"))
    assert Message.objects.filter(author=bob, text="said into the void").count() == 1


def test_a_page_far_behind_is_given_the_newest_in_place_of_all_it_showed(
    browse: Browse, live: LiveServer, alice: User, bob: User, lobby: Room
) -> None:
    actions.messages.post(room=lobby, author=alice, text="long ago")
    his = browse(bob)
    page = his.enter(lobby)
    cut_off(his, page, live)
    for number in range(210):
        actions.messages.post(room=lobby, author=alice, text=f"number {number}")
    live.start()
    expect(page.locator("#m211")).to_be_attached(timeout=20_000)
    assert_same(page, his.visit("/rooms/lobby/"))
    page.locator("#older").scroll_into_view_if_needed()
    expect(page.locator("#m150")).to_be_attached()


def cut_off(person: Person, page: Page, live: LiveServer) -> None:
    """The server is gone, and the page tries to reach it again and again."""
    person.expected += ["htmx:ws:error", "Failed to fetch"]
    live.kill()
    until_lost(page)


def change_unannounced(room: Room, author: User) -> None:
    """In this process, from which no word reaches the server: only the database tells."""
    member = Membership.objects.get(room=room, user=author)
    edited, removed = (Message.objects.get(room=room, seq=seq) for seq in (2, 3))
    actions.messages.post(room=room, author=author, text="while you were away")
    actions.messages.edit(member=member, message=edited, text="has been edited")
    actions.removals.remove(member=member, message=removed)
    actions.rooms.change(by=member, name="Lobby again", topic="", slow_mode="30")
    other = Membership.objects.exclude(pk=member.pk).get(room=room)
    actions.members.set_role(by=member, member=other, role="moderator")
