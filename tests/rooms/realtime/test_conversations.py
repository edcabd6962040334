"""A conversation of two on open pages: what each is told, and blocks that act at once."""

import pytest

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.live import LiveServer
from tests.rooms.realtime.conftest import Pair
from tests.rooms.realtime.test_civil import AT_ONCE
from tests.rooms.realtime.test_closing import Person
from tests.rooms.realtime.test_sidebar import counts, live_on, open_page


def test_the_other_one_is_shown_it_by_its_first_message_each_by_their_own_name(
    live: LiveServer, talk: Room, alice: User, bob: User
) -> None:
    with open_page(live, bob) as elsewhere, open_page(live, alice, talk) as hers:
        elsewhere.resume(sidebar="", title="Rooms")
        assert talk.slug not in elsewhere.until('id="rooms"')
        assert '<span class="name">Bob Brown</span>' in live_on(hers)
        hers.say("psst")
        frame = elsewhere.until(f'data-room="{talk.slug}"')
        assert '<span class="name">Alice Adams</span>' in frame
        assert counts(talk, frame) == ("1", "")
        assert ">(1) Rooms</div>" in frame
        with open_page(live, bob, talk) as his:
            his.resume("0", sidebar="")
            his.send('{"type": "read", "seq": 1}')
            while counts(talk, elsewhere.until(f'id="unread-{talk.pk}"')) != ("", ""):
                continue
            his.say("what?")
            hers.until("what[?]")
            for page, own in ((his, "Bob Brown"), (hers, "Alice Adams")):
                titles = [frame for frame in page.frames if "room-head" in frame]
                assert not any(own in frame for frame in titles)


def test_a_new_name_is_shown_where_the_other_one_is(
    live: LiveServer, talk: Room, alice: User, bob: User
) -> None:
    actions.messages.post(room=talk, author=alice, text="hello")
    with (
        open_page(live, bob, talk) as his,
        open_page(live, bob) as elsewhere,
        open_page(live, alice, talk) as hers,
        Person(live, alice) as person,
    ):
        his.resume("0"), hers.resume("0")
        live_on(elsewhere)
        person.post("/me/", display_name="Alice Ash", time_zone="UTC", theme="", density="")
        his.until('id="room-name" hx-swap-oob="true">Alice Ash<', AT_ONCE)
        elsewhere.until('<span class="name">Alice Ash</span>', AT_ONCE)
        his.say("who are you?")
        assert "room-name" not in hers.until("who are you")


@pytest.mark.parametrize("where", ["one process", "two processes with Redis"])
def test_a_block_and_its_end_are_on_both_pages_at_once(
    request: pytest.FixtureRequest,
    transactional_db: None,
    where: str,
    talk: Room,
    alice: User,
    bob: User,
) -> None:
    one: LiveServer
    pair: Pair
    if where == "one process":
        one = request.getfixturevalue("live")
        pair = (one, one)
    else:
        pair = request.getfixturevalue("pair")
    with (
        open_page(pair[0], alice, talk) as hers,
        open_page(pair[1], bob, talk) as his,
        Person(pair[0], alice) as person,
    ):
        hers.resume(), his.resume()
        his.say("look at this")
        hers.until("look at this")
        person.post("/people/bob/block/")
        hers.until('id="standing" class="member muted".*You block Bob Brown', AT_ONCE)
        frame = his.until('id="standing" class="member muted".*cannot be written to', AT_ONCE)
        assert "block" not in frame
        his.send('{"message": "and at this"}')
        his.until("notice error.*Alice Adams cannot be written to at the moment", AT_ONCE)
        person.post("/people/bob/unblock/")
        for page in (hers, his):
            page.until('id="standing" class="member" ', AT_ONCE)
        his.say("sorry")
        hers.until("sorry")
    assert list(Message.objects.order_by("seq").values_list("text", flat=True)) == [
        "look at this",
        "sorry",
    ]
