"""What is reported, taken and decided is on the pages of those who decide, at once."""

import re
from contextlib import ExitStack

from accounts.models import User
from rooms import access, actions
from rooms.models import Case, Room
from tests.live import LiveServer
from tests.rooms.realtime.test_closing import Person

AT_ONCE = 4.0  # less than the tick, which heals what was not pushed
STAMP = re.compile('data-waiting="([^"]+)"')


def test_moderators_and_staff_are_told_and_nobody_else(
    live: LiveServer, lobby: Room, alice: User, bob: User, carol: User, mallory: User, sam: User
) -> None:
    actions.messages.post(room=lobby, author=bob, text="buy cheap watches")
    actions.messages.post(room=lobby, author=carol, text="how dare you")
    with ExitStack() as stack:
        hers, his, owners = (
            stack.enter_context(live.socket("/ws/chat/lobby/", user))
            for user in (carol, bob, alice)
        )
        desk, plain = (stack.enter_context(live.socket("/ws/person/", user)) for user in (sam, bob))
        reporter, moderator = (stack.enter_context(Person(live, u)) for u in (mallory, carol))
        for page in (hers, his, owners, plain):
            page.resume()
        desk.resume(desk="1")
        plain.resume(desk="1")
        assert STAMP.findall(desk.until('id="desk"')) == ["0"]
        assert STAMP.findall(plain.until('id="desk"')) == ["0"]
        reporter.post("/rooms/lobby/messages/1/report/", kind="spam")
        # What waited before, none, may come after the page is live.
        assert ">1</b>" in hers.until('id="duties".*>1</b>', AT_ONCE)
        assert ">1</b>" in owners.until('id="duties".*>1</b>', AT_ONCE)
        reporter.post("/rooms/lobby/messages/2/report/", kind="harassment")
        assert ">2</b>" in owners.until('id="duties".*>2</b>', AT_ONCE)
        case = Case.objects.get(person=bob)
        moderator.post(f"/rooms/lobby/reports/{case.pk}/claim/")
        first = STAMP.findall(hers.until('id="duties"', AT_ONCE))
        assert ">1</b>" in hers.frames[-1]
        moderator.post(f"/rooms/lobby/reports/{case.pk}/decide/", verdict="escalate")
        assert STAMP.findall(hers.until('id="duties"', AT_ONCE)) == ["0"] != first
        assert STAMP.findall(desk.until('id="desk"', AT_ONCE)) != ["0"]
        actions.messages.post(room=lobby, author=alice, text="the end")
        his.until("the end")
        assert not any("Reports" in frame for frame in his.frames)
        assert len([frame for frame in plain.frames if 'id="desk"' in frame]) == 1


def test_who_reported_sees_that_there_is_an_answer(
    live: LiveServer, lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    said = actions.messages.post(room=lobby, author=bob, text="buy cheap watches")
    by = access.membership(mallory, lobby.slug)
    case = actions.reports.report_message(by=by, message=said, kind="spam").case
    with live.socket("/ws/person/", mallory) as page, Person(live, carol) as moderator:
        page.resume(sidebar="other")
        page.until('id="rooms"')
        moderator.post(f"/rooms/lobby/reports/{case.pk}/decide/", verdict="remove")
        page.until("For you", AT_ONCE)
