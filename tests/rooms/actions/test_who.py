"""Who may join, invite and speak to all, as a room's owners say it; and who may not any more."""

import pytest
from django.test import Client

from accounts.actions import invitations as links
from accounts.models import Invitation, User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.models import Membership, Mention, Room


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def change(room: Room, user: User, **asked: str) -> None:
    actions.rooms.change(by=member(room, user), **asked)  # type: ignore[arg-type]


def test_a_room_by_invitation_is_read_by_all_and_joined_by_link(
    lobby: Room, alice: User, mallory: User, as_mallory: Client
) -> None:
    stale = member(lobby, mallory)
    change(lobby, alice, joining="invited")
    for asking in (member(lobby, mallory), stale):
        with pytest.raises(Refused, match="Only people who are invited join"):
            actions.members.join(member=asking)
    page = as_mallory.get("/rooms/lobby/").text
    assert 'id="mode" class="everyone invited"' in page
    assert 'action="/rooms/lobby/join/"' not in as_mallory.get("/rooms/").text
    made = actions.invitations.make(by=member(lobby, alice), days="1", uses="1")
    assert as_mallory.post(made.get_absolute_url()).status_code == 302
    assert member(lobby, mallory).joined


def test_owners_still_add_people(lobby: Room, alice: User, mallory: User) -> None:
    change(lobby, alice, joining="invited")
    assert actions.members.add(by=member(lobby, alice), user=mallory).joined


@pytest.mark.parametrize(
    ("inviting", "who"),
    [
        ("owners", {"alice"}),
        ("moderators", {"alice", "carol"}),
        ("members", {"alice", "carol", "bob"}),
    ],
)
def test_those_whom_the_owners_chose_make_links(
    lobby: Room, alice: User, bob: User, carol: User, mallory: User, inviting: str, who: set[str]
) -> None:
    change(lobby, alice, inviting=inviting)
    made = set()
    for user in (alice, bob, carol, mallory):
        try:
            actions.invitations.make(by=member(lobby, user), days="1", uses="1")
            made.add(user.username)
        except Refused:
            pass
    assert made == who


def test_members_see_and_withdraw_their_own_links_alone(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    change(lobby, alice, inviting="members")
    hers = actions.invitations.make(by=member(lobby, alice), days="1", uses="1", note="hers")
    his = actions.invitations.make(by=member(lobby, bob), days="1", uses="1", note="his")
    page = as_bob.get("/rooms/lobby/invitations/").text
    assert ("his" in page, hers.token in page) == (True, False)
    assert not his.opens_signup
    with pytest.raises(Refused, match="whoever made it"):
        actions.invitations.revoke(by=member(lobby, bob), invitation=hers)
    actions.invitations.revoke(by=member(lobby, bob), invitation=his)
    assert list(Invitation.objects.standing()) == [hers]


@pytest.mark.parametrize(
    ("calling", "who"),
    [
        ("members", {"alice", "carol", "bob"}),
        ("moderators", {"alice", "carol"}),
        ("owners", {"alice"}),
        ("nobody", set()),
    ],
)
def test_those_whom_the_owners_chose_speak_to_all(
    lobby: Room, alice: User, bob: User, carol: User, calling: str, who: set[str]
) -> None:
    stale = Room.objects.get(pk=lobby.pk)
    change(lobby, alice, calling=calling)
    for user in (alice, bob, carol):
        actions.messages.post(room=stale, author=user, text=f"@room, says {user.username}")
    told = Mention.objects.values_list("message__author__username", flat=True)
    assert set(told) == who


def test_moderators_leave_to_owners_what_is_theirs(lobby: Room, alice: User, carol: User) -> None:
    for field, value in (("joining", "invited"), ("inviting", "members"), ("calling", "nobody")):
        with pytest.raises(Refused, match="Only an owner"):
            change(lobby, carol, **{field: value})
        for odd in ("", "everybody", "staff", "\x00"):
            with pytest.raises(Invalid):
                change(lobby, alice, **{field: odd})
    with pytest.raises(Invalid):
        change(lobby, alice, inviting="nobody")


def test_an_invitation_lets_nobody_into_an_archived_room(
    lobby: Room, alice: User, mallory: User, as_mallory: Client, client: Client
) -> None:
    made = actions.invitations.make(by=member(lobby, alice), days="1", uses="1")
    actions.rooms.change(by=member(lobby, alice), archived=True)
    for asking in (as_mallory, client):
        answer = asking.get(made.get_absolute_url())
        assert (answer.status_code, "This room is archived" in answer.text) == (410, True)
    assert as_mallory.post(made.get_absolute_url()).status_code == 410
    links.accept(person=mallory, token=made.token)
    with pytest.raises(Refused, match="archived"):
        actions.members.add(by=member(lobby, alice), user=mallory)
    assert not member(lobby, mallory).joined


def test_whoever_looks_after_the_site_no_more_does_not_write_as_if(
    lobby: Room, alice: User, grace: User
) -> None:
    actions.members.join(member=member(lobby, grace))
    change(lobby, alice, posting="moderators")
    actions.messages.post(room=lobby, author=grace, text="as staff")
    User.objects.filter(pk=grace.pk).update(is_staff=False)
    assert grace.is_staff  # as an open socket knows it
    with pytest.raises(Refused, match="Only moderators write"):
        actions.messages.post(room=lobby, author=grace, text="as nobody")
