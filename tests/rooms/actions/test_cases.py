"""Who decides what was reported, what is done then, and who is told."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import actions
from rooms.errors import Invalid, Refused
from rooms.models import Case, Message, Room, Sanction
from tests.rooms.cases import decide, desk, entries, mine, queue, report, say, told


@pytest.mark.parametrize(
    ("whom", "seen_by"),
    [
        ("bob", {"carol", "alice", "sam"}),
        ("carol", {"alice", "sam"}),
        ("alice", {"sam", "site:sam", "site:ada"}),
        ("sam", {"site:ada"}),
        ("ada", {"site:sam"}),
    ],
)
def test_a_report_goes_over_the_head_of_whom_it_is_about(
    lobby: Room,
    carol: User,
    bob: User,
    alice: User,
    sam: User,
    ada: User,
    mallory: User,
    whom: str,
    seen_by: set[str],
) -> None:
    people = {user.username: user for user in (alice, bob, carol, sam, ada)}
    for outsider in (sam, ada):
        actions.members.join(member=mine(outsider, lobby))
    report(lobby, mallory, say(lobby, people[whom]))
    seen = {name for name, user in people.items() if queue(user, lobby) and name != "ada"}
    seen |= {f"site:{name}" for name, user in people.items() if desk(user)}
    assert seen == seen_by
    for name, user in people.items():
        (case,) = Case.objects.all()
        for by_site in (False, True):
            label = f"site:{name}" if by_site else name
            if label not in seen_by and name != "ada":
                with pytest.raises(Refused, match="not yours to decide"):
                    decide(user, case, "dismiss", by_site=by_site)


def test_somebody_just_promoted_is_out_of_reach(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    assert queue(carol, lobby) == [case]
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="moderator")
    assert queue(carol, lobby) == queue(bob, lobby) == []
    assert queue(alice, lobby) == [case]
    with pytest.raises(Refused, match="not yours"):
        decide(carol, case, "ban")
    assert not Sanction.objects.exists()


def test_a_moderator_of_another_room_decides_nothing_here(
    lobby: Room, den: Room, bob: User, alice: User, mallory: User
) -> None:
    actions.members.set_role(by=mine(alice, den), member=mine(bob, den), role="moderator")
    case = report(lobby, alice, say(lobby, actions.members.join(member=mine(mallory, lobby)).user))
    assert queue(bob, den) == []
    with pytest.raises(Refused):
        decide(bob, case, "remove")


def test_what_is_taken_others_leave_alone_for_an_hour(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    actions.cases.claim(user=carol, case=case)
    for act in (actions.cases.claim, actions.cases.release):
        with pytest.raises(Refused, match="Carol Clark has this"):
            act(user=alice, case=case)
    with pytest.raises(Refused, match="Carol Clark has this"):
        decide(alice, case, "keep")
    actions.cases.release(user=carol, case=case)
    actions.cases.claim(user=alice, case=case)
    Case.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    decide(carol, case, "keep")


@pytest.mark.parametrize(
    ("verdict", "removed", "measure", "author", "reporter"),
    [
        ("keep", False, None, "nothing is wrong", "stays as it is"),
        ("dismiss", False, None, None, "stays as it is"),
        ("remove", True, None, "removed after somebody reported it. Reason: Ads", "acted upon"),
        ("mute", True, "mute", "muted in “lobby” until .* Reason: Ads", "acted upon"),
        ("ban", True, "ban", "banned from “lobby” until .* Reason: Ads", "acted upon"),
    ],
)
def test_a_verdict_is_carried_out_written_down_and_told(
    lobby: Room,
    bob: User,
    carol: User,
    mallory: User,
    alice: User,
    verdict: str,
    removed: bool,
    measure: str | None,
    author: str | None,
    reporter: str,
) -> None:
    messages = [say(lobby, bob), say(lobby, bob)]
    case = report(lobby, mallory, messages[0])
    report(lobby, alice, messages[0])
    report(lobby, mallory, messages[1])
    decide(carol, case, verdict, seconds="600", reason="Ads")
    assert {m.is_removed for m in Message.objects.all()} == {removed}
    assert [s.measure for s in Sanction.objects.all()] == ([measure] if measure else [])
    assert entries(lobby.area)[-1] == ("decided report", verdict)
    matches = [re.search(author or "nothing", text) is not None for text in told(bob)]
    assert matches == ([True] if author else [])
    for each in (mallory, alice):
        (text,) = told(each)
        assert reporter in text
    assert not any("Mallory" in text or "mallory" in text for text in told(bob))
    assert queue(carol, lobby) == []


def test_who_comes_second_is_told_who_came_first(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    decide(carol, case, "mute", seconds="600")
    with pytest.raises(Refused, match=r"Carol Clark has decided this already\. Removed, and the"):
        decide(alice, case, "ban")
    assert [s.measure for s in Sanction.objects.all()] == ["mute"]


def test_a_verdict_that_cannot_be_carried_out_leaves_nothing_half_done(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message)
    for bad in ("", "suspend", "lift", "uphold", "delete everything"):
        with pytest.raises(Invalid, match="choose what is to be done"):
            decide(carol, case, bad)
    for seconds in ("-1", "9" * 30, "soon"):
        with pytest.raises(Invalid, match="whole number"):
            decide(carol, case, "ban", seconds=seconds)
    message.refresh_from_db()
    assert not message.is_removed
    actions.removals.remove(member=mine(bob, lobby), message=message)
    with pytest.raises(Refused, match="nothing left to remove"):
        decide(carol, case, "remove")
    assert queue(carol, lobby) == [case]
    assert told(mallory) == told(bob) == []
    decide(carol, case, "ban")
    assert Sanction.objects.count() == 1


def test_what_is_handed_on_is_the_sites_alone(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, sam: User
) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message)
    actions.cases.claim(user=carol, case=case)
    decide(carol, case, "escalate", reason="More than a room's matter")
    assert queue(carol, lobby) == queue(alice, lobby) == []
    assert desk(sam) == [case]
    with pytest.raises(Refused):
        decide(carol, case, "keep")
    decide(sam, case, "suspend", seconds="86400", reason="Fraud", by_site=True)
    bob.refresh_from_db()
    message.refresh_from_db()
    assert (bob.is_suspended, message.is_removed, desk(sam)) == (True, True, [])
    assert "acted upon" in told(mallory)[0]
    assert ("handed report on", "") in entries(lobby.area)


def test_what_somebody_who_has_gone_said_is_reported_and_removed(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    message = say(lobby, bob)
    Message.objects.update(author=None)
    case = report(lobby, mallory, message)
    assert case.person is None
    with pytest.raises(Invalid):
        decide(carol, case, "ban")
    decide(carol, case, "remove")
    message.refresh_from_db()
    assert message.is_removed


def test_a_verdict_on_a_moderator_is_not_written_where_they_read_it(
    lobby: Room, alice: User, carol: User, mallory: User
) -> None:
    decide(alice, report(lobby, mallory, say(lobby, carol)), "dismiss")
    assert ("decided report", "dismiss") not in entries(lobby.area)
    assert ("decided report", "dismiss") in entries("site")


def test_why_a_report_on_the_staff_was_decided_is_not_in_the_log_that_they_read(
    ada: User, sam: User, bob: User
) -> None:
    made = actions.reports.report_person(by=bob, person=sam, room=None, kind="spam", comment="Rude")
    decide(ada, made.case, "dismiss", by_site=True, reason="They complain a lot")
    assert ("decided report", "dismiss") in entries("site")
    assert not AuditEntry.objects.exclude(reason="").exists()
    assert Case.objects.get().reason == "They complain a lot"


def test_the_stamp_is_another_one_after_every_change(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    actions.members.join(member=mine(mallory, lobby))
    seen: list[str] = []

    def look() -> None:
        waiting = Case.objects.for_room(mine(carol, lobby)).waiting()
        assert waiting.stamp not in seen
        seen.append(waiting.stamp)

    look()
    case = report(lobby, mallory, say(lobby, bob))
    look()
    report(lobby, alice, say(lobby, bob))
    look()
    actions.cases.claim(user=carol, case=case)
    look()
    other = report(lobby, alice, say(lobby, mallory))
    look()
    decide(carol, case, "keep")
    look()
    actions.cases.claim(user=carol, case=other)
    look()


@pytest.mark.django_db(transaction=True)
def test_of_several_who_decide_at_once_one_does(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    told: list[str] = []

    def press(by: User, verdict: str) -> None:
        try:
            decide(by, case, verdict, seconds="600")
            told.append("done")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for by, verdict in ((alice, "mute"), (carol, "ban"), (alice, "keep"), (carol, "remove")):
            pool.submit(press, by, verdict)
    assert told.count("done") == 1
    assert all("has decided this already" in text for text in told if text != "done")
    case.refresh_from_db()
    assert Sanction.objects.count() == (case.verdict in ("mute", "ban"))
    assert AuditEntry.objects.filter(verb="decided report").count() == 1
    assert len(told) == 4


def test_what_was_decided_long_ago_is_forgotten_but_no_appeal_and_not_the_log(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    old = report(lobby, mallory, say(lobby, bob, "old"))
    decide(carol, old, "keep")
    sanction = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby))
    answer = actions.appeals.appeal(person=bob, against=sanction, text="please")
    decide(carol, answer, "lift")
    Case.objects.update(closed_at=timezone.now() - timedelta(days=181))
    later = report(lobby, mallory, say(lobby, bob, "later"))
    decide(carol, later, "keep")
    open_one = report(lobby, mallory, say(lobby, bob, "now"))
    assert actions.cases.forget()
    assert not actions.cases.forget()
    assert set(Case.objects.all()) == {answer, later, open_one}
    assert AuditEntry.objects.filter(verb="decided report").count() == 2
