"""The sidebar of a page elsewhere in the site, live; presence and typing."""

import re

from accounts.models import User
from rooms import actions
from rooms.inbox import newest
from rooms.models import Membership, Room
from tests.live import LiveServer, Page, wait_for
from tests.rooms.realtime.test_closing import Person


def open_page(live: LiveServer, user: User, room: Room | None = None) -> Page:
    return live.socket(f"/ws/chat/{room.slug}/" if room else "/ws/person/", user)


def live_on(page: Page) -> str:
    """Resume as a page does that shows another sidebar, and wait for that."""
    page.resume(sidebar="")
    return page.until('id="rooms"')


def counts(room: Room, frame: str) -> tuple[str, str]:
    """What a frame says is unread of the room, and how many mentions of it."""
    span = re.search(rf'id="unread-{room.pk}".*?(?=<span id=|<input|<div|$)', frame, re.DOTALL)
    assert span, frame
    unread = re.search(r'class="unread[^"]*">([^<]*)', span[0])
    mentions = re.search(r'class="mentions">@([^<]*)', span[0])
    return (unread[1] if unread else ""), (mentions[1] if mentions else "")


def test_counts_and_the_title_follow_what_comes_and_what_is_read(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with open_page(live, bob) as elsewhere, open_page(live, alice, lobby) as hers:
        elsewhere.resume(sidebar="", title="Members & more")
        live_on(hers)
        hers.say("one")
        frame = elsewhere.until(f'id="unread-{lobby.pk}".*class="unread">1<')
        assert ">(1) Members &amp; more</div>" in frame
        hers.say("for @bob")
        frame = elsewhere.until(f'id="unread-{lobby.pk}".*class="unread">2<')
        while counts(lobby, frame) != ("2", "1"):
            frame = elsewhere.until(f'id="unread-{lobby.pk}"')
        assert 'id="unread-mentions"' in frame
        with open_page(live, bob, lobby) as his:
            live_on(his)
            his.send('{"type": "read", "seq": 1}')
            assert counts(lobby, elsewhere.until(f'id="unread-{lobby.pk}"')) == ("1", "1")
            his.send('{"type": "read", "seq": "2"}')
            frame = elsewhere.until(f'id="unread-{lobby.pk}"')
            assert counts(lobby, frame) == ("", "")
            assert "#page-title" in frame
            assert "Members &amp; more</div>" in frame
            assert "(" not in frame.split("#page-title")[1].split("<")[0]


def test_marking_unread_is_seen_in_every_page(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    for text in ("one", "for @bob", "three"):
        actions.messages.post(room=lobby, author=alice, text=text)
    his = Membership.objects.select_related("room").get(room=lobby, user=bob)
    actions.members.read(member=his, seq=3)
    with open_page(live, bob) as elsewhere, Person(live, bob) as person:
        live_on(elsewhere)
        person.post("/rooms/lobby/unread/", seq="2")
        assert counts(lobby, elsewhere.until(f'id="unread-{lobby.pk}"')) == ("2", "1")


def test_an_edit_and_a_removal_change_whom_a_message_calls(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with open_page(live, bob) as elsewhere, Person(live, alice) as hers:
        live_on(elsewhere)
        hers.post("/rooms/lobby/messages/", message="nobody")
        assert counts(lobby, elsewhere.until(f'id="unread-{lobby.pk}"')) == ("1", "")
        hers.post("/rooms/lobby/messages/1/edit/", message="everybody: @room")
        assert counts(lobby, elsewhere.until(f'id="unread-{lobby.pk}"')) == ("1", "1")
        hers.post("/rooms/lobby/messages/1/remove/", reason="")
        assert counts(lobby, elsewhere.until(f'id="unread-{lobby.pk}"')) == ("1", "")


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
        assert "Alice Adams, Bob Brown" in hers.told("2 here")
        his.send('{"type": "typing"}')
        assert '<span data-author="bob">Bob Brown</span>' in hers.until("data-author")
        his.say("done")
        hers.until('<p id="typing" hx-swap-oob="true"></p>')
    with open_page(live, alice, lobby) as hers:
        live_on(hers)
        hers.told("1 here")


def test_what_a_page_says_it_has_seen_is_kept(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    with open_page(live, alice, lobby) as hers, open_page(live, bob, lobby) as his:
        live_on(hers), live_on(his)
        hers.say("one")
        his.until("<article")
        his.send('{"type": "read", "seq": 99}')
        wait_for(lambda: last_read(lobby, bob) == 1, "the mark moves, not beyond the end")
        hers.say("two")
        his.until("<article")
        his.send('{"type": "read", "seq": 1}')
        his.send('{"type": "read", "seq": 2}')
        wait_for(lambda: last_read(lobby, bob) == 2, "the mark moves on")


def last_read(room: Room, user: User) -> int:
    return Membership.objects.get(room=room, user=user).last_read_seq


def test_a_read_mark_goes_neither_back_nor_beyond_the_end(
    lobby: Room, alice: User, bob: User
) -> None:
    for _ in range(3):
        actions.messages.post(room=lobby, author=alice, text="hello")
    his = lobby.memberships.select_related("room").get(user=bob)
    marks = []
    for seq in (2, 1, 99):
        actions.members.read(member=his, seq=seq)
        his.refresh_from_db(fields=["last_read_seq"])
        marks.append(his.last_read_seq)
    assert marks == [2, 2, 3]


def test_ones_own_message_is_read_where_all_before_it_was(
    lobby: Room, alice: User, bob: User
) -> None:
    actions.messages.post(room=lobby, author=bob, text="mine")
    assert last_read(lobby, bob) == 1
    actions.messages.post(room=lobby, author=alice, text="hers")
    actions.messages.post(room=lobby, author=bob, text="mine again")
    assert last_read(lobby, bob) == 1


def test_an_open_list_of_mentions_is_the_one_that_a_new_page_shows(
    live: LiveServer, lobby: Room, den: Room, alice: User, bob: User, mallory: User
) -> None:
    with (
        open_page(live, bob) as his,
        open_page(live, mallory) as theirs,
        Person(live, alice) as hers,
    ):
        for page in (his, theirs):
            page.resume(sidebar="", inbox="")
            assert "Nobody has mentioned you" in page.until('id="inbox"')
        hers.post("/rooms/lobby/messages/", message="for @bob, and @mallory outside")
        for page, user in ((his, bob), (theirs, mallory)):
            frame = page.until('(?s)id="inbox".*outside')
            digest = re.search(r'name="inbox" value="(\w+)"', frame)
            assert digest
            assert digest[1] == newest(user.pk).digest
        hers.post("/rooms/lobby/messages/1/edit/", message="now for @mallory alone")
        assert "Nobody has mentioned you" in his.until('id="inbox"')
        assert "alone" in theirs.until('(?s)id="inbox".*alone')
        hers.post("/rooms/lobby/settings/", name="the hall", topic="")
        theirs.until('(?s)id="inbox".*the hall')
        hers.post("/rooms/lobby/messages/1/remove/", reason="")
        assert "Nobody has mentioned you" in theirs.until('(?s)id="inbox".*Nobody')
        with open_page(live, bob) as again:
            again.resume(sidebar="", inbox=newest(bob.pk).digest)
            hers.post("/rooms/lobby/messages/", message="later, @bob")
            assert "later" in again.until('id="inbox"')


def test_what_is_said_to_a_reader_who_has_not_joined_is_counted_until_the_page_showed_it(
    live: LiveServer, lobby: Room, alice: User, mallory: User
) -> None:
    with open_page(live, mallory) as elsewhere, open_page(live, mallory, lobby) as there:
        elsewhere.resume(sidebar="", title="Rooms")
        live_on(there)
        with Person(live, alice) as hers:
            hers.post("/rooms/lobby/messages/", message="do join, @mallory")
        assert 'class="mentions">1<' in elsewhere.until('class="mentions">1<')
        assert ">(1) Rooms</div>" in elsewhere.frames[-1]
        there.send('{"type": "read", "seq": 1}')
        assert 'class="mentions">1<' not in elsewhere.until('id="rooms"')
        assert ">Rooms</div>" in elsewhere.frames[-1]
