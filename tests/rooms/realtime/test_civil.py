"""What moderators do is on every open page of every process within a second of the commit."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from accounts.models import User
from rooms import actions
from rooms.models import Held, Membership, Message, Room
from tests.live import Page
from tests.rooms.realtime.test_closing import Person, end_of

AT_ONCE = 4.0  # less than the tick, which heals what was not pushed


@dataclass
class Scene:
    """Alice's and Carol's browsers, and a page of each of the four, by user name."""

    alice: Person
    carol: Person
    pages: dict[str, Page]

    def see(self, pattern: str, *who: str) -> None:
        """It is on these people's pages (all, if none is named) at once."""
        for name in who or self.pages:
            self.pages[name].until(pattern, AT_ONCE)


@pytest.fixture(params=["one process", "two processes with Redis"])
def scene(
    request: pytest.FixtureRequest,
    transactional_db: None,
    lobby: Room,
    alice: User,
    bob: User,
    carol: User,
    mallory: User,
) -> Iterator[Scene]:
    actions.members.join(member=Membership(room=lobby, user=mallory, role="reader"))
    with ExitStack() as stack:
        if request.param == "one process":
            here = there = request.getfixturevalue("live")
        else:
            here, there = request.getfixturevalue("pair")
        seats = ((here, alice), (there, bob), (here, carol), (there, mallory))
        pages = {
            user.username: stack.enter_context(server.socket("/ws/chat/lobby/", user))
            for server, user in seats
        }
        people = [stack.enter_context(Person(here, user)) for user in (alice, carol)]
        for page in pages.values():
            page.resume()
        yield Scene(people[0], people[1], pages)


def test_removing_and_bringing_back(scene: Scene, lobby: Room) -> None:
    scene.pages["bob"].say("buy cheap watches")
    scene.see("cheap watches", "alice", "carol", "mallory")
    scene.carol.post("/rooms/lobby/messages/1/remove/", reason="Advertising")
    scene.see("A moderator removed a message by Bob Brown")
    scene.carol.post("/rooms/lobby/messages/1/restore/")
    scene.see("cheap watches")


def test_removing_all_of_one_person(scene: Scene, lobby: Room, bob: User) -> None:
    for number in range(70):
        actions.messages.post(room=lobby, author=bob, text=f"spam {number}")
    scene.pages["alice"].say("who is this?")
    scene.see("who is this")
    scene.carol.post("/rooms/lobby/members/bob/sweep/", since="hour", reason="Spam")
    for page in scene.pages.values():
        frame = page.until("A moderator removed a message by Bob Brown", AT_ONCE)
        assert "who is this?" in frame
        assert ">spam" not in frame
        assert len(frame) < 60_000


def test_muting_closes_one_composer_and_its_end_opens_it(scene: Scene, lobby: Room) -> None:
    scene.carol.post("/rooms/lobby/members/bob/mute/", seconds="2", reason="Calm")
    scene.see('id="standing" class="member muted".*You are muted here until', "bob")
    scene.pages["bob"].send('{"message": "let me speak"}')
    scene.see("You are muted here", "bob")
    scene.pages["bob"].until('id="standing" class="member" ', 4)
    scene.pages["bob"].say("thank you")
    scene.see("thank you", "alice", "carol", "mallory")
    assert not any("muted" in frame for frame in scene.pages["mallory"].frames)
    assert Message.objects.count() == 1


def test_banning_ends_it_and_nothing_comes_after(scene: Scene, lobby: Room, bob: User) -> None:
    scene.carol.post("/rooms/lobby/members/bob/ban/", seconds="600", reason="Threats")
    his, begun = scene.pages["bob"], time.monotonic()
    assert end_of(his) == 4403
    assert time.monotonic() - begun < AT_ONCE
    assert "You are banned from here until" in his.frames[-1]
    assert "Reason: Threats" in his.frames[-1]
    scene.pages["alice"].say("peace again")
    scene.see("peace again", "carol", "mallory")
    assert not any("peace" in frame for frame in his.frames)
    with Person(scene.carol.live, bob) as person:
        answer = person.http.get(f"{person.live.url}/rooms/lobby/", timeout=20)
        assert (answer.status_code, "banned from here until" in answer.text) == (403, True)
        with person.page(lobby) as again:
            assert again.closed() == 4403


def test_showing_somebody_out(scene: Scene, lobby: Room) -> None:
    scene.carol.post("/rooms/lobby/members/mallory/kick/", reason="Cool down")
    assert end_of(scene.pages["mallory"]) == 4403
    assert "Reason: Cool down" in scene.pages["mallory"].frames[-1]


def test_locking_slowing_and_a_notice(scene: Scene, lobby: Room) -> None:
    scene.alice.post("/rooms/lobby/settings/", posting="moderators", notice="Minutes are public")
    scene.see('id="mode" class="moderators".*Only moderators write')
    assert all("Minutes are public" in page.frames[-1] for page in scene.pages.values())
    scene.pages["bob"].send('{"message": "but why?"}')
    scene.see("Only moderators write", "bob")
    scene.pages["carol"].say("order, please")
    scene.see("order, please", "alice", "bob", "mallory")
    scene.alice.post("/rooms/lobby/settings/", posting="everyone", slow_mode="45")
    scene.see('id="mode" class="everyone slow".*every 45 seconds')
    scene.pages["bob"].say("one")
    scene.pages["bob"].send('{"message": "two"}')
    scene.see('You can write again in 4. seconds.*"counting [b0-2 ]*b3 b5"', "bob")


def test_what_waits_is_acknowledged_told_to_moderators_and_let_in(scene: Scene) -> None:
    scene.carol.post("/rooms/lobby/words/", held="casino*", blocked="darn")
    his = scene.pages["bob"]
    his.send('{"message": "darn it", "nonce": "a"}')
    assert "<textarea" not in his.until("is not said here", AT_ONCE)
    for _ in range(2):
        his.send('{"message": "casinos!", "nonce": "a"}')
        frame = his.until("waits for a moderator, who", AT_ONCE)
        assert "nonce[value=&quot;a&quot;]" in frame
    scene.see('id="duties".*Waiting <b class="badge warning">1<', "carol", "alice")
    assert not any("casinos" in frame for page in scene.pages.values() for frame in page.frames)
    held = Held.objects.get()
    scene.carol.post(f"/rooms/lobby/held/{held.pk}/approve/")
    scene.see("casinos!")
    assert Message.objects.get().author == held.author


def test_a_room_by_invitation_says_so_to_whoever_could_have_joined(
    scene: Scene, mallory: User
) -> None:
    Membership.objects.filter(user=mallory).delete()
    scene.alice.post("/rooms/lobby/settings/", joining="invited")
    scene.see('id="mode" class="everyone invited".*Only people who are invited')
    scene.alice.post("/rooms/lobby/settings/", joining="everyone")
    scene.see('id="mode" class="everyone"')


def test_archiving_closes_every_page_after_its_last_change(scene: Scene, lobby: Room) -> None:
    scene.pages["alice"].say("good night")
    scene.alice.post("/rooms/lobby/settings/", archived="on")
    for page in scene.pages.values():
        assert end_of(page) == 4403
        heard = "".join(page.frames)
        assert "good night" in heard
        assert 'id="mode" class="archived"' in heard


def test_a_changed_role_changes_what_is_offered(scene: Scene, lobby: Room) -> None:
    scene.alice.post("/rooms/lobby/members/bob/role/", role="moderator")
    scene.see('id="standing" class="moderates".*href="/rooms/lobby/log/"', "bob")
    scene.alice.post("/rooms/lobby/members/bob/role/", role="member")
    scene.see('id="standing" class="member"', "bob")
