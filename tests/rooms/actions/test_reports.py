"""Reports and appeals: who says what of whom, who decides it, and who is told."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions import notices
from accounts.actions import sanctions as site_sanctions
from accounts.models import AuditEntry, Notice, User
from rooms import access, actions
from rooms.errors import Invalid, Refused, TooMany
from rooms.models import Case, Membership, Message, Report, Room, Sanction
from tests.conftest import person


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def say(room: Room, author: User, text: str = "buy cheap watches") -> Message:
    return actions.messages.post(room=room, author=author, text=text)


def report(room: Room, by: User, message: Message, comment: str = "") -> Case:
    made = actions.reports.report_message(
        by=mine(by, room), message=message, kind="spam", comment=comment
    )
    return made.case


def decide(user: User, case: Case, verdict: str, **given: object) -> Case:
    return actions.reports.decide(user=user, case=case, verdict=verdict, **given)  # type: ignore[arg-type]


def queue(user: User, room: Room) -> list[Case]:
    return list(Case.objects.open().for_room(mine(user, room)))


def desk(user: User) -> list[Case]:
    return list(Case.objects.open().for_site(user))


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def entries(area: str) -> list[tuple[str, object]]:
    found = AuditEntry.objects.filter(area=area).order_by("pk")
    return [(entry.verb, entry.after.get("verdict", "")) for entry in found]


def test_a_report_keeps_what_was_said(lobby: Room, alice: User, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message, "an advertisement")
    actions.messages.edit(member=mine(bob, lobby), message=message, text="hello everybody")
    kept = Report.objects.get()
    assert (kept.text, kept.seq, kept.comment) == ("buy cheap watches", 1, "an advertisement")
    assert (case.person, case.room, kept.reporter) == (bob, lobby, mallory)


def test_reports_on_one_person_are_one_case_until_it_is_decided(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User
) -> None:
    first, second = say(lobby, bob), say(lobby, bob)
    case = report(lobby, mallory, first)
    assert report(lobby, alice, first) == case == report(lobby, mallory, second)
    decide(carol, case, "keep")
    assert report(lobby, alice, second) != case
    assert Report.objects.filter(case=case).count() == 3


def test_once_for_each_reader_and_message(lobby: Room, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    case = report(lobby, mallory, message)
    with pytest.raises(Refused, match="reported this message already"):
        report(lobby, mallory, message)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(case=case, reporter=mallory, message=message, kind="spam", seq=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(room=lobby, person=bob)
    assert Report.objects.count() == 1


def test_what_cannot_be_reported(lobby: Room, bob: User, mallory: User) -> None:
    message = say(lobby, bob)
    for kind in ("", "SPAM", "x" * 300):
        with pytest.raises(Invalid, match="what is wrong"):
            actions.reports.report_message(by=mine(mallory, lobby), message=message, kind=kind)
    with pytest.raises(Invalid, match="at most 500"):
        report(lobby, mallory, message, "x" * 501)
    with pytest.raises(Invalid, match="wrote this yourself"):
        report(lobby, bob, message)
    with pytest.raises(Invalid, match="cannot report yourself"):
        actions.reports.report_person(by=bob, person=bob, room=None, kind="spam", comment="me")
    with pytest.raises(Invalid, match="what this person did"):
        actions.reports.report_person(by=mallory, person=bob, room=None, kind="spam")
    actions.messages.remove(member=mine(bob, lobby), message=message)
    with pytest.raises(Refused, match="not there any more"):
        report(lobby, mallory, message)
    assert not Case.objects.exists()


def test_ten_within_an_hour_and_then_a_sentence_that_says_when(
    lobby: Room, bob: User, mallory: User, alice: User
) -> None:
    said = [say(lobby, bob, f"buy watch number {number}") for number in range(11)]
    for message in said[:10]:
        report(lobby, mallory, message)
    with pytest.raises(TooMany, match=r"10 things within an hour\. Try again at \d\d:\d\d"):
        report(lobby, mallory, said[10])
    with pytest.raises(TooMany):
        actions.reports.report_person(by=mallory, person=bob, room=None, kind="spam", comment="x")
    report(lobby, alice, said[10])
    Report.objects.update(made_at=timezone.now() - timedelta(hours=1))
    report(lobby, mallory, said[10])


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
    actions.reports.claim(user=carol, case=case)
    for act in (actions.reports.claim, actions.reports.release):
        with pytest.raises(Refused, match="Carol Clark has this"):
            act(user=alice, case=case)
    with pytest.raises(Refused, match="Carol Clark has this"):
        decide(alice, case, "keep")
    actions.reports.release(user=carol, case=case)
    actions.reports.claim(user=alice, case=case)
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
    actions.messages.remove(member=mine(bob, lobby), message=message)
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
    actions.reports.claim(user=carol, case=case)
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


def test_a_person_is_reported_to_a_room_or_to_the_site(
    lobby: Room, bob: User, carol: User, mallory: User, sam: User
) -> None:
    about = {"by": mallory, "person": bob, "kind": "harassment", "comment": "writes to me"}
    there = actions.reports.report_person(room=lobby, **about).case  # type: ignore[arg-type]
    site = actions.reports.report_person(room=None, **about).case  # type: ignore[arg-type]
    assert (queue(carol, lobby), desk(sam)) == ([there], [site])
    for room in (lobby, None):
        with pytest.raises(Refused, match="this person already"):
            actions.reports.report_person(room=room, **about)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        decide(sam, site, "ban", by_site=True)
    decide(sam, site, "dismiss", by_site=True)
    assert told(bob) == []


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


def test_a_report_outlives_the_account_that_it_is_about(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    actions.leaving.leave(person=bob, erase=False)
    while actions.leaving.step():
        continue
    (left,) = queue(carol, lobby)
    assert (left, left.person) == (case, None)
    assert left.reports.get().text == "buy cheap watches"
    decide(carol, left, "remove")


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


def test_who_is_muted_or_banned_answers_once_and_it_is_decided(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for verb in (actions.sanctions.mute, actions.sanctions.ban):
        sanction = verb(by=mine(carol, lobby), member=access.anybody(mine(carol, lobby), "bob"))
        case = actions.reports.appeal(person=bob, against=sanction, text="It was a joke")
        with pytest.raises(Refused, match="answered already"):
            actions.reports.appeal(person=bob, against=sanction, text="Really")
        assert queue(carol, lobby) == [case]
        with pytest.raises(Invalid):
            decide(carol, case, "keep")
        decide(alice, case, "lift", reason="Fair enough")
        sanction.refresh_from_db()
        assert sanction.lifted_at is not None
        assert "again" in told(bob)[-1]
    assert ("decided appeal", "lift") in entries(lobby.area)
    assert ("appealed", "") in entries(lobby.area)


def test_an_appeal_is_upheld_or_comes_too_late(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    sanction = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby))
    for text in ("", " \u200b ", "x" * 2_001):
        with pytest.raises(Invalid):
            actions.reports.appeal(person=bob, against=sanction, text=text)
    with pytest.raises(Refused):
        actions.reports.appeal(person=mallory, against=sanction, text="for a friend")
    case = actions.reports.appeal(person=bob, against=sanction, text="please")
    decide(carol, case, "uphold", reason="No")
    assert "what was decided stays. Reason: No" in told(bob)[-1]
    other = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby), reason="More")
    case = actions.reports.appeal(person=bob, against=other, text="please")
    actions.sanctions.unmute(by=mine(carol, lobby), member=mine(bob, lobby))
    before = told(bob)
    for verdict in ("lift", "uphold", "escalate"):
        with pytest.raises(Refused, match="over or was lifted"):
            decide(carol, case, verdict)
    decide(carol, case, "dismiss")
    assert told(bob) == before, "that it stays is not so, and that it was lifted has been told"
    with pytest.raises(Refused, match="over"):
        actions.reports.appeal(person=bob, against=sanction, text="again")


def test_a_suspended_person_answers_to_the_site(ada: User, bob: User, sam: User) -> None:
    suspension = site_sanctions.suspend(by=sam, person=bob, until=None, reason="Spam")
    case = actions.reports.appeal(person=bob, against=suspension, text="It was not me")
    assert desk(sam) == [case]
    decide(ada, case, "lift", by_site=True)
    bob.refresh_from_db()
    assert not bob.is_suspended
    assert ("decided appeal", "lift") in entries("site")


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
    actions.reports.claim(user=carol, case=case)
    look()
    other = report(lobby, alice, say(lobby, mallory))
    look()
    decide(carol, case, "keep")
    look()
    actions.reports.claim(user=carol, case=other)
    look()


def test_the_notices_of_one_are_read_by_that_one(alice: User, bob: User) -> None:
    with transaction.atomic():
        notices.tell(people=[alice, bob, bob], text=lambda: "x" * 900)
    notices.read(user=alice)
    assert Notice.objects.unread().get().user == bob
    assert person("zoe", "Zoe").notices.count() == 0


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


@pytest.mark.django_db(transaction=True)
def test_the_same_report_many_times_at_once_is_made_once(
    lobby: Room, bob: User, mallory: User, alice: User
) -> None:
    message = say(lobby, bob)
    told: list[str] = []

    def press(by: User) -> None:
        try:
            report(lobby, by, message)
            told.append("done")
        except Refused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        for by in (mallory, alice) * 3:
            pool.submit(press, by)
    assert sorted(told) == ["You have reported this message already."] * 4 + ["done"] * 2
    assert (Report.objects.count(), Case.objects.count()) == (2, 1)


def test_what_was_decided_long_ago_is_forgotten_but_no_appeal_and_not_the_log(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    old = report(lobby, mallory, say(lobby, bob, "old"))
    decide(carol, old, "keep")
    sanction = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby))
    answer = actions.reports.appeal(person=bob, against=sanction, text="please")
    decide(carol, answer, "lift")
    Case.objects.update(closed_at=timezone.now() - timedelta(days=181))
    later = report(lobby, mallory, say(lobby, bob, "later"))
    decide(carol, later, "keep")
    open_one = report(lobby, mallory, say(lobby, bob, "now"))
    assert actions.reports.forget()
    assert not actions.reports.forget()
    assert set(Case.objects.all()) == {answer, later, open_one}
    assert AuditEntry.objects.filter(verb="decided report").count() == 2


def test_a_report_outlives_what_the_room_keeps_no_longer(
    lobby: Room, bob: User, carol: User, mallory: User
) -> None:
    case = report(lobby, mallory, say(lobby, bob))
    Message.objects.all().delete()
    assert case.reports.get().text == "buy cheap watches"
    with pytest.raises(Refused, match="nothing left to remove"):
        decide(carol, case, "remove")
    decide(carol, case, "ban")
