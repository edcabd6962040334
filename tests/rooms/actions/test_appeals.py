"""Answers to sanctions, and what becomes of them."""

import pytest

from accounts.actions import sanctions as site_sanctions
from accounts.models import User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Room
from tests.rooms.cases import decide, desk, entries, mine, queue, told


def test_who_is_muted_or_banned_answers_once_and_it_is_decided(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for verb in (actions.sanctions.mute, actions.sanctions.ban):
        sanction = verb(by=mine(carol, lobby), member=access.anybody(mine(carol, lobby), "bob"))
        case = actions.appeals.appeal(person=bob, against=sanction, text="It was a joke")
        with pytest.raises(Refused, match="answered already"):
            actions.appeals.appeal(person=bob, against=sanction, text="Really")
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
            actions.appeals.appeal(person=bob, against=sanction, text=text)
    with pytest.raises(Refused):
        actions.appeals.appeal(person=mallory, against=sanction, text="for a friend")
    case = actions.appeals.appeal(person=bob, against=sanction, text="please")
    decide(carol, case, "uphold", reason="No")
    assert "what was decided stays. Reason: No" in told(bob)[-1]
    other = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby), reason="More")
    case = actions.appeals.appeal(person=bob, against=other, text="please")
    actions.sanctions.unmute(by=mine(carol, lobby), member=mine(bob, lobby))
    before = told(bob)
    for verdict in ("lift", "uphold", "escalate"):
        with pytest.raises(Refused, match="over or was lifted"):
            decide(carol, case, verdict)
    decide(carol, case, "dismiss")
    assert told(bob) == before, "that it stays is not so, and that it was lifted has been told"
    with pytest.raises(Refused, match="over"):
        actions.appeals.appeal(person=bob, against=sanction, text="again")


def test_a_suspended_person_answers_to_the_site(ada: User, bob: User, sam: User) -> None:
    suspension = site_sanctions.suspend(by=sam, person=bob, until=None, reason="Spam")
    case = actions.appeals.appeal(person=bob, against=suspension, text="It was not me")
    assert desk(sam) == [case]
    decide(ada, case, "lift", by_site=True)
    bob.refresh_from_db()
    assert not bob.is_suspended
    assert ("decided appeal", "lift") in entries("site")
