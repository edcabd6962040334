"""Muting, banning and lifting that again: who on whom, for how long, and what it outlives."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Barred, Invalid, Refused
from rooms.models import Membership, Mention, Room, Sanction
from tests.conftest import signed_in

type Act = Callable[..., Sanction]


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def as_reader(user: User, room: Room) -> Membership:
    return Membership(room=room, user=user, role="reader")


def entries(room: Room) -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(area=room.area).order_by("pk")
    return [(entry.verb, entry.target.username if entry.target else "") for entry in found]


def end_all(measure: str) -> None:
    """Time passes."""
    past = timezone.now() - timedelta(seconds=1)
    Sanction.objects.filter(measure=measure).update(until=past)
    if measure == "mute":
        Membership.objects.exclude(muted_until=None).update(muted_until=past)


def test_a_muted_person_reads_and_does_not_write(lobby: Room, bob: User, carol: User) -> None:
    said = actions.messages.post(room=lobby, author=bob, text="before")
    actions.sanctions.mute(
        by=mine(carol, lobby), member=mine(bob, lobby), seconds="600", reason="Shouting"
    )
    with pytest.raises(Refused, match="You are muted here until"):
        actions.messages.post(room=lobby, author=bob, text="after")
    with pytest.raises(Refused, match="You are muted here until"):
        actions.messages.edit(member=mine(bob, lobby), message=said, text="after all")
    assert mine(bob, lobby).is_muted
    assert entries(lobby) == [("muted", "bob")]
    assert AuditEntry.objects.get().reason == "Shouting"
    lobby.refresh_from_db()
    assert (lobby.last_seq, lobby.version) == (1, 1)


def test_a_mute_ends_by_itself(lobby: Room, bob: User, carol: User) -> None:
    actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby), seconds="1")
    end_all("mute")
    actions.messages.post(room=lobby, author=bob, text="here I am again")
    actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby), seconds="1")
    assert Sanction.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("act", [actions.sanctions.mute, actions.sanctions.ban])
@pytest.mark.parametrize("seconds", ["600", ""])
def test_what_is_clicked_twice_is_done_once(
    lobby: Room, bob: User, carol: User, alice: User, act: Act, seconds: str
) -> None:
    def again(by: User, seconds: str, reason: str) -> Sanction:
        him = access.anybody(mine(by, lobby), "bob")
        return act(by=mine(by, lobby), member=him, seconds=seconds, reason=reason)

    first = again(carol, seconds, "Spam")
    assert again(carol, seconds, "Spam") == first
    assert len(entries(lobby)) == bob.notices.count() == 1
    for other in ((carol, seconds, "Scam"), (carol, "3600", "Scam"), (alice, "3600", "Scam")):
        assert again(*other) != first
    assert len(entries(lobby)) == bob.notices.count() == 4
    assert Sanction.objects.filter(lifted_at=None).count() == 1


def test_a_mute_outlives_leaving_and_coming_back(lobby: Room, bob: User, carol: User) -> None:
    actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby))
    actions.members.leave(member=mine(bob, lobby))
    actions.members.join(member=mine(bob, lobby))
    with pytest.raises(Refused, match="muted here for ever"):
        actions.messages.post(room=lobby, author=bob, text="new here")


def test_a_lifted_mute_lets_write(lobby: Room, bob: User, carol: User) -> None:
    actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby))
    for _ in range(2):
        actions.sanctions.unmute(by=mine(carol, lobby), member=mine(bob, lobby), reason="Sorry")
    actions.messages.post(room=lobby, author=bob, text="thanks")
    assert entries(lobby) == [("muted", "bob"), ("lifted mute", "bob")]


def test_a_banned_person_neither_reads_nor_joins(lobby: Room, bob: User, carol: User) -> None:
    his = mine(bob, lobby)
    actions.sanctions.ban(by=mine(carol, lobby), member=his, seconds="600", reason="Threats")
    with pytest.raises(Barred, match=r"banned from here until .* Reason: Threats"):
        mine(bob, lobby)
    with pytest.raises(Refused, match="banned"):
        actions.members.join(member=as_reader(bob, lobby))
    with pytest.raises(Refused, match="banned"):
        actions.members.add(by=mine(User.objects.get(username="alice"), lobby), user=bob)
    with pytest.raises(Refused):
        actions.messages.post(room=lobby, author=bob, text="after")
    assert lobby not in Room.objects.joinable_by(bob)


def test_a_ban_ends_by_itself_and_by_hand(lobby: Room, bob: User, carol: User) -> None:
    actions.sanctions.ban(by=mine(carol, lobby), member=mine(bob, lobby), seconds="5")
    end_all("ban")
    assert lobby in Room.objects.joinable_by(bob)
    actions.members.join(member=mine(bob, lobby))
    actions.sanctions.ban(by=mine(carol, lobby), member=mine(bob, lobby))
    actions.sanctions.unban(by=mine(carol, lobby), member=as_reader(bob, lobby))
    actions.members.join(member=mine(bob, lobby))
    assert mine(bob, lobby).role == "member"


def test_one_who_never_came_or_left_is_banned_too(lobby: Room, mallory: User, carol: User) -> None:
    actions.sanctions.ban(by=mine(carol, lobby), member=as_reader(mallory, lobby))
    with pytest.raises(Barred):
        mine(mallory, lobby)


def test_nobody_acts_on_an_equal_a_higher_or_themselves(
    lobby: Room, alice: User, carol: User, sam: User
) -> None:
    actions.members.set_role(by=mine(alice, lobby), member=mine(carol, lobby), role="owner")
    verbs = (actions.sanctions.mute, actions.sanctions.ban, actions.members.remove)
    pairs = [(alice, carol), (carol, alice), (carol, sam), (alice, alice)]
    for by, whom in pairs:
        for verb in verbs:
            with pytest.raises(Refused):
                verb(by=mine(by, lobby), member=mine(whom, lobby))
    assert not Sanction.objects.exists()
    assert lobby.memberships.count() == 3


def test_staff_stand_above_owners(lobby: Room, alice: User, sam: User) -> None:
    actions.sanctions.ban(by=mine(sam, lobby), member=mine(alice, lobby))
    with pytest.raises(Barred):
        mine(alice, lobby)


def test_a_member_and_a_reader_sanction_nobody(lobby: Room, bob: User, mallory: User) -> None:
    for by, whom in ((bob, mallory), (mallory, bob)):
        with pytest.raises(Refused, match="moderators"):
            actions.sanctions.ban(by=mine(by, lobby), member=as_reader(whom, lobby))


def test_who_was_promoted_meanwhile_is_safe(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    """What the caller knew is old; what counts is read under the room's lock."""
    hers, his = mine(carol, lobby), mine(bob, lobby)
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="moderator")
    with pytest.raises(Refused, match="same or a higher role"):
        actions.sanctions.mute(by=hers, member=his)
    actions.members.set_role(by=mine(alice, lobby), member=mine(carol, lobby), role="member")
    actions.members.set_role(by=mine(alice, lobby), member=mine(bob, lobby), role="member")
    with pytest.raises(Refused, match="Only the room's moderators"):
        actions.sanctions.mute(by=hers, member=his)


@pytest.mark.parametrize(
    "seconds", ["-1", "0", "x", "1e9", "99999999999999999999", "315360001", "٣", "1.5"]
)
def test_a_time_that_is_none_is_refused(lobby: Room, bob: User, carol: User, seconds: str) -> None:
    for verb in (actions.sanctions.mute, actions.sanctions.ban):
        with pytest.raises(Invalid, match="whole number of seconds"):
            verb(by=mine(carol, lobby), member=mine(bob, lobby), seconds=seconds)
    assert not Sanction.objects.exists()
    assert not AuditEntry.objects.exists()


def test_who_is_shown_out_of_a_public_room_may_come_back(
    lobby: Room, bob: User, carol: User
) -> None:
    actions.members.remove(by=mine(carol, lobby), member=mine(bob, lobby), reason="Cool down")
    assert not mine(bob, lobby).joined
    actions.members.join(member=mine(bob, lobby))
    assert entries(lobby) == [("removed from room", "bob")]


def test_what_a_banned_person_finds_is_nothing_of_the_room(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    actions.messages.post(room=lobby, author=alice, text="the marmalade is ready, @bob")
    assert lobby in Room.objects.readable_by(bob)
    assert Mention.objects.inbox(bob).count() == 1
    actions.sanctions.ban(by=mine(carol, lobby), member=mine(bob, lobby))
    assert lobby not in Room.objects.readable_by(bob)
    assert not Mention.objects.inbox(bob)
    assert b"marmalade is" not in signed_in(bob).get("/search/?q=marmalade").content
    assert b"marmalade" in signed_in(alice).get("/search/?q=marmalade").content
