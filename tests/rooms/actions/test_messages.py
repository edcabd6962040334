"""Posting, editing and removing, and the numbers that order them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import sanctions
from accounts.models import User
from rooms import actions
from rooms.errors import Invalid, Refused
from rooms.models import Membership, Message, Room


def test_seq_and_version_count_on_without_holes(lobby: Room, alice: User, bob: User) -> None:
    for author in (alice, bob, alice):
        actions.messages.post(room=lobby, author=author, text="hello")
    hers = lobby.memberships.get(user=alice)
    actions.messages.edit(member=hers, message=lobby.messages.get(seq=1), text="hello again")
    actions.messages.remove(member=hers, message=lobby.messages.get(seq=3))
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
    actions.messages.remove(member=hers, message=message, reason="a mistake")
    with pytest.raises(Refused, match="not there any more"):
        actions.messages.remove(member=hers, message=message)
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
