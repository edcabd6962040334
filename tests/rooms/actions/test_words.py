"""Words of a room and of the site, and what they do to what is said."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.actions import words
from rooms.errors import Conflict, Invalid, Refused, Repeated
from rooms.models import Held, Membership, Message, Room, WordList
from rooms.words import automaton
from tests.rooms.views.test_budgets import queries


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def say(room: Room, user: User, text: str, nonce: str | None = None) -> Message:
    return actions.messages.post(room=room, author=user, text=text, nonce=nonce)


def test_a_blocked_word_is_named_and_nothing_is_said(lobby: Room, carol: User, bob: User) -> None:
    words.change(by=member(lobby, carol), blocked="spam*\nbuy now")
    for text in ("SPAMMING", "please buy\nnow"):
        with pytest.raises(Refused, match="is not said here"):
            say(lobby, bob, text)
    lobby.refresh_from_db()
    assert (lobby.last_seq, lobby.version) == (0, 0)
    assert say(lobby, bob, "antispam").seq == 1


def test_a_hidden_word_is_hidden_everywhere(lobby: Room, carol: User, bob: User) -> None:
    words.change(by=member(lobby, carol), masked="darn")
    said = say(lobby, bob, "well, Darn it", nonce="n")
    assert (said.text, "•••" in said.html, "Darn" in said.html) == ("well, ••• it", True, False)
    assert said.terms == ["well", "it", *said.terms[2:]]
    assert say(lobby, bob, "well, Darn it", nonce="n").pk == said.pk
    words.change(by=member(lobby, carol), masked="")
    assert say(lobby, bob, "well, Darn it", nonce="n").pk == said.pk


def test_edits_go_by_the_same_words(lobby: Room, carol: User, bob: User) -> None:
    said = say(lobby, bob, "innocent")
    words.change(by=member(lobby, carol), blocked="one", held="two", masked="three")
    for text, why in (("one", "is not said here"), ("two", "looked at by a moderator first")):
        with pytest.raises(Refused, match=why):
            actions.messages.edit(member=member(lobby, bob), message=said, text=text)
    edited = actions.messages.edit(member=member(lobby, bob), message=said, text="three")
    assert edited.text == "•••"


def test_words_of_the_site_hold_in_every_room_besides_its_own(
    lobby: Room, den: Room, carol: User, bob: User, grace: User
) -> None:
    words.change(by=member(lobby, carol), blocked="here")
    words.change_site(by=grace, blocked="everywhere")
    for room, text in ((lobby, "here"), (lobby, "everywhere"), (den, "everywhere")):
        with pytest.raises(Refused, match=text):
            say(room, bob, text)
    assert say(den, bob, "here").seq == 1
    with pytest.raises(Refused):
        words.change_site(by=bob, blocked="")


def test_what_another_process_changed_holds_from_the_next_post_on(
    lobby: Room, carol: User, bob: User
) -> None:
    words.change(by=member(lobby, carol), blocked="old")
    with pytest.raises(Refused):
        say(lobby, bob, "old")
    # As another process would: this one is told nothing.
    WordList.objects.filter(room=lobby).update(blocked="new", version=2)
    with pytest.raises(Refused, match="new"):
        say(lobby, bob, "new")
    assert say(lobby, bob, "old").seq == 1
    WordList.objects.filter(room=lobby).update(blocked="newer", version=3)
    with pytest.raises(Refused, match="newer"):
        actions.messages.edit(member=member(lobby, bob), message=lobby.messages.get(), text="newer")


def test_words_cost_a_post_no_query(lobby: Room, carol: User, bob: User, grace: User) -> None:
    words.change(by=member(lobby, carol), masked="a\nb", held="c", blocked="dd*")
    words.change_site(by=grace, masked="e")
    assert len(queries(lambda: say(lobby, bob, "first"))) == 6  # rolled back, learned, said
    assert len(queries(lambda: say(lobby, bob, "and a b e"))) == 3


def test_a_list_that_another_changed_meanwhile_is_not_overwritten(
    lobby: Room, carol: User, alice: User
) -> None:
    words.change(by=member(lobby, carol), blocked="one", version="0")
    with pytest.raises(Conflict, match="in the meantime"):
        words.change(by=member(lobby, alice), blocked="two", version="0")
    assert words.in_room(lobby).blocked == "one"
    words.change(by=member(lobby, alice), blocked="one\ntwo", version="1")
    told = AuditEntry.objects.filter(verb="changed words").order_by("pk")
    assert [entry.after for entry in told] == [{"blocked": "one"}, {"blocked": "two"}]


def test_only_moderators_change_words_and_nothing_bad_gets_in(
    lobby: Room, carol: User, bob: User
) -> None:
    with pytest.raises(Refused):
        words.change(by=member(lobby, bob), blocked="x")
    with pytest.raises(Invalid):
        words.change(by=member(lobby, carol), blocked="\n".join(map(str, range(10_000))))
    words.change(by=member(lobby, carol), blocked="\x00\x00\n\x00")
    assert not WordList.objects.exclude(blocked="").exists()


def test_pages_of_words_say_what_was_refused(lobby: Room, as_carol: Client, as_ada: Client) -> None:
    for client, address in ((as_carol, "/rooms/lobby/words/"), (as_ada, "/staff/words/")):
        refused = client.post(address, {"blocked": "a*b", "version": "0"})
        assert (refused.status_code, "a*b</textarea>" in refused.text) == (422, True)
        assert client.post(address, {"blocked": "spam", "version": "0"}).status_code == 302
        assert "spam</textarea>" in client.get(address).text
        assert client.post(address, {"held": "x", "version": "0"}).status_code == 409
    assert as_carol.get("/staff/words/").status_code == 404


def test_new_members_post_no_links_until_they_are_not_new(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    actions.rooms.change(by=member(lobby, alice), links_after="7")
    for text in ("see https://example.org", "[x](https://example.org)"):
        with pytest.raises(Refused, match="less than 7 days ago"):
            say(lobby, bob, text)
    said = say(lobby, bob, "no link")
    with pytest.raises(Refused, match="posts no links"):
        actions.messages.edit(member=member(lobby, bob), message=said, text="www.example.org")
    assert say(lobby, carol, "https://example.org")
    lobby.memberships.filter(user=bob).update(joined_at="2020-01-01T00:00Z")
    assert say(lobby, bob, "https://example.org")


@pytest.mark.parametrize("days", ["-1", "366", "9" * 40, "seven", "1.5", "\x00"])
def test_an_odd_number_of_days_or_messages_is_refused(lobby: Room, alice: User, days: str) -> None:
    for field in ("links_after", "held_first"):
        with pytest.raises(Invalid, match="a whole number"):
            actions.rooms.change(by=member(lobby, alice), **{field: days})  # type: ignore[arg-type]


def test_the_same_again_and_again_is_slowed_down(lobby: Room, bob: User, carol: User) -> None:
    for _ in range(5):
        say(lobby, bob, "First!")
    with pytest.raises(Repeated, match=r"once more in (9|10) seconds"):
        say(lobby, bob, "first!  ")
    last = Message.objects.filter(author=bob).count()
    assert last == 5
    say(lobby, bob, "something else")
    assert say(lobby, bob, "First!")
    for _ in range(9):
        say(lobby, carol, "a moderator may")


def test_a_repeated_nonce_is_no_repetition(lobby: Room, bob: User) -> None:
    said = {say(lobby, bob, "once", nonce="n").pk for _ in range(9)}
    assert len(said) == 1
    assert say(lobby, bob, "once", nonce="m").seq == 2


def test_what_a_process_remembers_is_bounded(lobby: Room) -> None:
    for pk in range(words.KEPT + 10):
        words.learn(-pk)
    assert len(words._known) == words.KEPT
    automaton.cache_clear()


def test_held_messages_of_the_same_text_are_few(lobby: Room, carol: User, bob: User) -> None:
    words.change(by=member(lobby, carol), held="wait")
    for _ in range(actions.held.MOST):
        with pytest.raises(Refused, match="waits for a moderator"):
            say(lobby, bob, "wait")
    with pytest.raises(Refused, match="10 messages of yours wait"):
        say(lobby, bob, "wait")
    assert Held.objects.count() == 10
