"""The sidebar of a page elsewhere in the site, live; presence and typing."""

import re

from accounts.models import User
from rooms import actions
from rooms.models import Membership, Room
from tests.live import LiveServer, Page, wait_for
from tests.rooms.realtime.test_closing import Person


def open_page(live: LiveServer, user: User, room: Room | None = None) -> Page:
    return live.socket(f"/ws/chat/{room.slug}/" if room else "/ws/person/", user)


def live_on(page: Page) -> str:
    """Resume as a page does that shows another sidebar, and wait for that."""
    page.resume(sidebar="")
    return page.until('id="rooms"')


def test_an_unread_mark_comes_once_and_goes_when_the_room_is_read(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    marked = f'id="unread-{lobby.pk}" class="unread"'
    with open_page(live, bob) as elsewhere, open_page(live, alice, lobby) as hers:
        live_on(elsewhere), live_on(hers)
        hers.say("one")
        hers.say("two")
        elsewhere.until(marked)
        with open_page(live, bob, lobby) as his:
            live_on(his)
            his.send('{"type": "read", "seq": 2}')
            elsewhere.until(f'id="unread-{lobby.pk}"( hx-swap-oob="true")?></span>')
    assert sum(marked in frame for frame in elsewhere.frames) == 1


def test_the_own_message_marks_nothing_for_oneself(
    live: LiveServer, lobby: Room, den: Room, bob: User, alice: User
) -> None:
    with open_page(live, bob) as elsewhere, open_page(live, bob, lobby) as his:
        live_on(elsewhere), live_on(his)
        his.say("mine")
        with open_page(live, alice, den) as hers:
            live_on(hers)
            hers.say("another's")
            elsewhere.until(f'id="unread-{den.pk}"')
    assert not any('class="unread"' in f and f"unread-{lobby.pk}" in f for f in elsewhere.frames)


def test_a_page_that_shows_the_list_already_is_not_sent_it(
    live: LiveServer, lobby: Room, bob: User
) -> None:
    with open_page(live, bob) as page:
        digest = re.search('id="sidebar-state"[^>]*value="([^"]+)"', live_on(page))
        assert digest
    with open_page(live, bob) as page:
        page.resume(sidebar=digest[1])
        page.send("{}")
        page.until("notice error")
    assert not any('id="rooms"' in frame for frame in page.frames)


def test_somebody_added_to_a_room_sees_it_at_once(
    live: LiveServer, den: Room, alice: User, mallory: User
) -> None:
    with open_page(live, mallory) as page, Person(live, alice) as owner:
        live_on(page)
        owner.post(f"/rooms/{den.slug}/members/", username="mallory")
        assert f'data-room="{den.slug}"' in page.until("data-room")


def test_who_is_here_and_who_types_is_told(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with open_page(live, alice, lobby) as hers, open_page(live, bob, lobby) as his:
        live_on(hers), live_on(his)
        assert "Alice Adams, Bob Brown" in hers.until("2 here")
        his.send('{"type": "typing"}')
        assert '<span data-author="bob">Bob Brown</span>' in hers.until("data-author")
        his.say("done")
        hers.until('<p id="typing" hx-swap-oob="true"></p>')
    with open_page(live, alice, lobby) as hers:
        live_on(hers)
        hers.until("1 here")


def test_a_reader_who_left_the_page_has_read_what_came(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with open_page(live, alice, lobby) as hers, open_page(live, bob, lobby) as his:
        live_on(hers)
        his.resume(reads="on")
        hers.say("one")
        his.until("<article")
    wait_for(
        lambda: Membership.objects.get(room=lobby, user=bob).last_read_seq == 1, "the mark moves"
    )


def test_a_read_mark_goes_neither_back_nor_beyond_the_end(lobby: Room, bob: User) -> None:
    for _ in range(3):
        actions.messages.post(room=lobby, author=bob, text="hello")
    his = lobby.memberships.select_related("room").get(user=bob)
    marks = []
    for seq in (2, 1, 99):
        actions.members.read(member=his, seq=seq)
        his.refresh_from_db(fields=["last_read_seq"])
        marks.append(his.last_read_seq)
    assert marks == [2, 2, 3]
