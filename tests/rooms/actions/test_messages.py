"""Posting, editing and removing, and the numbers that order them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import sanctions
from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Invalid, Refused, Slowed
from rooms.models import Membership, Mention, Message, Room


def test_seq_and_version_count_on_without_holes(lobby: Room, alice: User, bob: User) -> None:
    for author in (alice, bob, alice):
        actions.messages.post(room=lobby, author=author, text="hello")
    hers = lobby.memberships.get(user=alice)
    actions.messages.edit(member=hers, message=lobby.messages.get(seq=1), text="hello again")
    actions.removals.remove(member=hers, message=lobby.messages.get(seq=3))
    lobby.refresh_from_db()
    assert (lobby.last_seq, lobby.version) == (3, 5)
    found = lobby.messages.order_by("seq").values_list("seq", "posted_version", "version")
    assert list(found) == [(1, 1, 4), (2, 2, 2), (3, 3, 5)]


def test_a_refused_message_leaves_no_hole(lobby: Room, alice: User, mallory: User) -> None:
    with pytest.raises(Refused):
        actions.messages.post(room=lobby, author=mallory, text="hello")
    assert actions.messages.post(room=lobby, author=alice, text="hello").seq == 1


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00", "\ud800", "\u202e\u2066"])
def test_an_empty_message_is_refused(lobby: Room, alice: User, text: str) -> None:
    with pytest.raises(Invalid, match="Write something"):
        actions.messages.post(room=lobby, author=alice, text=text)


def test_ten_thousand_characters_are_a_message_and_one_more_is_none(
    lobby: Room, alice: User
) -> None:
    actions.messages.post(room=lobby, author=alice, text="x" * 10_000)
    with pytest.raises(Invalid, match="1 too many"):
        actions.messages.post(room=lobby, author=alice, text="x" * 10_001)


def test_nul_and_lone_surrogates_do_not_reach_the_database(lobby: Room, alice: User) -> None:
    stored = actions.messages.post(room=lobby, author=alice, text="a\x00b\ud83dc")
    stored.refresh_from_db()
    assert stored.text == "abc"


def test_a_nonce_is_an_authors_own(lobby: Room, alice: User, bob: User) -> None:
    one = actions.messages.post(room=lobby, author=alice, text="hers", nonce="n")
    two = actions.messages.post(room=lobby, author=bob, text="his", nonce="n")
    again = actions.messages.post(room=lobby, author=alice, text="hers", nonce="n")
    assert (one.seq, two.seq, again.seq) == (1, 2, 1)


@pytest.mark.django_db(transaction=True)
def test_one_nonce_many_times_at_once_is_one_message(lobby: Room, alice: User) -> None:
    def post(_: int) -> int:
        try:
            return actions.messages.post(room=lobby, author=alice, text="once", nonce="n").seq
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(8))) == {1}
    lobby.refresh_from_db()
    assert (lobby.last_seq, lobby.version) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_numbered_without_holes(lobby: Room, alice: User, bob: User) -> None:
    def post(number: int) -> None:
        try:
            author = (alice, bob)[number % 2]
            actions.messages.post(room=lobby, author=author, text=str(number))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, range(40)))
    found = lobby.messages.order_by("seq").values_list("seq", "version")
    assert list(found) == [(n, n) for n in range(1, 41)]


def test_runs_of_one_author_are_grouped(lobby: Room, alice: User, bob: User) -> None:
    for author in (alice, alice, bob, alice):
        actions.messages.post(room=lobby, author=author, text="hello")
    assert list(lobby.messages.order_by("seq").values_list("opens_run", flat=True)) == [
        True, False, True, True,
    ]  # fmt: skip


def test_a_pause_and_a_new_day_open_a_run(lobby: Room, alice: User) -> None:
    actions.messages.post(room=lobby, author=alice, text="first")
    Room.objects.update(last_posted_at=timezone.now() - timedelta(minutes=6))
    second = actions.messages.post(room=lobby, author=alice, text="second")
    Room.objects.update(last_posted_at=timezone.now() - timedelta(days=1))
    third = actions.messages.post(room=lobby, author=alice, text="third")
    assert (second.opens_run, third.opens_run) == (True, True)
    assert third.opens_day
    assert Message.objects.get(seq=1).opens_day


def test_a_removed_message_cannot_be_edited_or_removed_again(lobby: Room, alice: User) -> None:
    message = actions.messages.post(room=lobby, author=alice, text="hello")
    hers = Membership.objects.get(room=lobby, user=alice)
    actions.removals.remove(member=hers, message=message, reason="a mistake")
    with pytest.raises(Refused, match="not there any more"):
        actions.removals.remove(member=hers, message=message)
    with pytest.raises(Refused, match="not there any more"):
        actions.messages.edit(member=hers, message=message, text="back")
    lobby.refresh_from_db()
    assert lobby.version == 2
    message.refresh_from_db()
    assert (message.removal_reason, message.removed_by) == ("a mistake", alice)


def test_nobody_who_is_kept_out_of_the_site_gets_a_word_in(
    lobby: Room, bob: User, ada: User
) -> None:
    """Whatever still holds their membership or their socket."""
    sanctions.suspend(by=ada, person=bob, until=None)
    with pytest.raises(Refused):
        actions.messages.post(room=lobby, author=bob, text="one last thing")
    assert not Message.objects.exists()


def test_a_messages_time_never_goes_back(lobby: Room, alice: User) -> None:
    actions.messages.post(room=lobby, author=alice, text="one")
    ahead = timezone.now() + timedelta(minutes=3)
    Room.objects.filter(pk=lobby.pk).update(last_posted_at=ahead)
    message = actions.messages.post(room=lobby, author=alice, text="two")
    message.refresh_from_db()
    lobby.refresh_from_db()
    assert message.created_at == lobby.last_posted_at == ahead


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def test_a_moderator_removes_and_brings_back(lobby: Room, bob: User, carol: User) -> None:
    said = actions.messages.post(room=lobby, author=bob, text="rude")
    actions.removals.remove(member=mine(carol, lobby), message=said, reason="Be kind")
    said.refresh_from_db()
    assert (said.is_removed, said.removed_by, said.removal_reason) == (True, carol, "Be kind")
    with pytest.raises(Refused, match="Only the room's moderators"):
        actions.removals.restore(member=mine(bob, lobby), message=said)
    actions.removals.restore(member=mine(carol, lobby), message=said, reason="It was a quote")
    said.refresh_from_db()
    assert (said.is_removed, said.text, said.version) == (False, "rude", 3)
    verbs = AuditEntry.objects.filter(area=lobby.area).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["removed message", "restored message"]


def test_what_its_author_removed_stays_removed(lobby: Room, bob: User, carol: User) -> None:
    said = actions.messages.post(room=lobby, author=bob, text="oops")
    actions.removals.remove(member=mine(bob, lobby), message=said)
    with pytest.raises(Refused, match="stays so"):
        actions.removals.restore(member=mine(carol, lobby), message=said)


def test_a_moderator_does_not_touch_what_higher_people_said(
    lobby: Room, alice: User, carol: User
) -> None:
    said = actions.messages.post(room=lobby, author=alice, text="house rules")
    with pytest.raises(Refused, match="same or a higher role"):
        actions.removals.remove(member=mine(carol, lobby), message=said)
    with pytest.raises(Refused, match="same or a higher role"):
        actions.removals.remove_many(by=mine(carol, lobby), author=mine(alice, lobby))
    said.refresh_from_db()
    assert not said.is_removed


def test_nobody_brings_back_their_own(lobby: Room, alice: User, carol: User) -> None:
    said = actions.messages.post(room=lobby, author=carol, text="rude")
    actions.removals.remove(member=mine(alice, lobby), message=said)
    with pytest.raises(Refused, match="Somebody else"):
        actions.removals.restore(member=mine(carol, lobby), message=said)


def test_all_of_a_persons_messages_go_in_one_version(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for number in range(70):
        actions.messages.post(room=lobby, author=bob, text=f"spam {number}")
    actions.messages.post(room=lobby, author=alice, text="stop it")
    Message.objects.filter(seq__lte=10).update(created_at=timezone.now() - timedelta(hours=2))
    hers, his = mine(carol, lobby), mine(bob, lobby)
    assert actions.removals.remove_many(by=hers, author=his, seqs=[1, 2, 71, 9999]) == 2
    since = timezone.now() - timedelta(hours=1)
    assert actions.removals.remove_many(by=hers, author=his, since=since, reason="Spam") == 60
    assert actions.removals.remove_many(by=hers, author=his) == 8
    with pytest.raises(Refused, match="nothing of theirs"):
        actions.removals.remove_many(by=hers, author=his)
    lobby.refresh_from_db()
    assert lobby.version == 74
    assert Message.objects.filter(removed_at=None).get().author == alice
    assert Message.objects.filter(version=73, removal_reason="Spam").count() == 60
    entry = AuditEntry.objects.filter(area=lobby.area).order_by("pk")[1]
    assert (entry.target, entry.after) == (bob, {"messages": 60})


def test_several_are_brought_back_or_none_of_them(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    for number in range(1, 6):
        actions.messages.post(room=lobby, author=bob, text=f"@alice {number}")
    first, *_others = Message.objects.order_by("seq")
    actions.removals.remove(member=mine(bob, lobby), message=first)
    hers, his = mine(carol, lobby), mine(bob, lobby)
    actions.removals.remove_many(by=hers, author=his, seqs=[2, 3, 4])
    with pytest.raises(Refused, match="Its author removed it"):
        actions.removals.restore_many(by=hers, author=his, seqs=[2, 3, 1])
    assert Message.objects.exclude(removed_at=None).count() == 4
    assert actions.removals.restore_many(by=hers, author=his, seqs=[2, 3, 5, 999]) == 2
    standing = Message.objects.filter(removed_at=None).order_by("seq")
    assert list(standing.values_list("seq", flat=True)) == [2, 3, 5]
    assert alice.mentions.filter(message__seq__in=[2, 3]).count() == 2
    with pytest.raises(Refused, match="nothing of theirs"):
        actions.removals.restore_many(by=hers, author=his, seqs=[2, 3])
    with pytest.raises(Refused, match="higher role"):
        actions.removals.remove_many(by=hers, author=mine(alice, lobby))
    with pytest.raises(Refused, match="Only the room's moderators"):
        actions.removals.restore_many(by=his, author=his, seqs=[4])


def test_slow_mode_has_members_wait_and_not_moderators(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    actions.rooms.change(by=mine(carol, lobby), slow_mode="30")
    actions.messages.post(room=lobby, author=bob, text="one", nonce="n")
    with pytest.raises(Slowed, match=r"again in (30|29) seconds") as refusal:
        actions.messages.post(room=lobby, author=bob, text="two")
    assert 28 < refusal.value.seconds <= 30
    assert actions.messages.post(room=lobby, author=bob, text="one", nonce="n").seq == 1
    for author in (carol, alice):
        for text in ("one", "two"):
            actions.messages.post(room=lobby, author=author, text=text)
    past = timezone.now() - timedelta(seconds=31)
    lobby.memberships.filter(user=bob).update(last_posted_at=past)
    actions.messages.post(room=lobby, author=bob, text="two")


def test_leaving_and_coming_back_does_not_shorten_slow_mode(
    lobby: Room, bob: User, carol: User
) -> None:
    actions.rooms.change(by=mine(carol, lobby), slow_mode="30")
    actions.messages.post(room=lobby, author=bob, text="one")
    actions.members.leave(member=mine(bob, lobby))
    actions.members.join(member=mine(bob, lobby))
    with pytest.raises(Slowed):
        actions.messages.post(room=lobby, author=bob, text="two")


@pytest.mark.parametrize(
    ("modes", "writers"),
    [
        ({"posting": "moderators"}, {"alice", "carol"}),
        ({"posting": "nobody"}, set()),
        ({"archived": True}, set()),
    ],
)
def test_who_writes_in_a_room_of_each_mode(
    lobby: Room, alice: User, bob: User, carol: User, modes: Any, writers: set[str]
) -> None:
    earlier = {u: actions.messages.post(room=lobby, author=u, text="x") for u in (alice, bob)}
    actions.rooms.change(by=mine(carol, lobby), **modes)
    for user in (alice, bob, carol):
        if user.username in writers:
            actions.messages.post(room=lobby, author=user, text="hello")
            continue
        with pytest.raises(Refused):
            actions.messages.post(room=lobby, author=user, text="hello")
        if user in earlier:
            with pytest.raises(Refused):
                actions.messages.edit(member=mine(user, lobby), message=earlier[user], text="y")


def test_somebody_whose_account_is_closed_does_not_post(lobby: Room, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(Refused):
        actions.messages.post(room=lobby, author=bob, text="still here?")


def test_what_is_removed_mentions_nobody_until_it_is_brought_back(
    lobby: Room, bob: User, carol: User, alice: User
) -> None:
    first = actions.messages.post(room=lobby, author=bob, text="@alice look")
    actions.removals.remove(member=mine(carol, lobby), message=first)
    assert not Mention.objects.exists()
    actions.removals.restore(member=mine(carol, lobby), message=first)
    assert Mention.objects.get().user == alice
    actions.removals.remove_many(by=mine(carol, lobby), author=mine(bob, lobby))
    assert not Mention.objects.exists()
