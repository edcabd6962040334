"""Conversations of two people: begun once, said in, hidden, kept from by blocks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.actions import sanctions
from accounts.models import AuditEntry, Notice, User
from rooms import access, actions
from rooms.actions import conversations
from rooms.actions.conversations import begin
from rooms.errors import Invalid, Refused, TooMany
from rooms.models import Attention, Case, Kind, Membership, Mention, Message, Room
from rooms.realtime import history
from rooms.sidebar import sidebar
from rooms.views.cases import Desk
from tests.conftest import person
from tests.rooms.views.test_budgets import queries


def of(user: User, talk: Room) -> Membership:
    return access.membership(user, talk.slug)


def test_two_people_have_one_conversation_whoever_begins(
    lobby: Room, alice: User, bob: User
) -> None:
    talk = begin(by=alice, person=bob)
    assert begin(by=bob, person=alice) == talk
    assert begin(by=alice, person=bob) == talk
    direct = Room.objects.filter(kind=Kind.DIRECT)
    assert list(direct.values_list("pk", "name")) == [(talk.pk, "")]
    people = talk.memberships.order_by("pk").values_list("user", "other", "role")
    assert list(people) == [(alice.pk, bob.pk, "member"), (bob.pk, alice.pk, "member")]
    for name in ("alice", "bob"):
        assert name not in talk.slug


@pytest.mark.usefixtures("alone")
def test_whoever_begin_at_the_same_moment_get_the_same_one(
    lobby: Room, alice: User, bob: User
) -> None:
    def one(number: int) -> int:
        by, other = (alice, bob) if number % 2 else (bob, alice)
        try:
            return begin(by=by, person=other).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(one, range(6)))
    assert len(found) == 1
    assert Membership.objects.filter(room__in=found).count() == 2


def test_nobody_begins_with_themselves_or_with_whom_they_share_no_room(
    lobby: Room, alice: User, mallory: User, sam: User
) -> None:
    with pytest.raises(Invalid, match="This is you"):
        begin(by=alice, person=alice)
    with pytest.raises(Refused, match="share none with Alice"):
        begin(by=mallory, person=alice)
    assert begin(by=sam, person=mallory).is_direct  # of the site's staff
    assert begin(by=mallory, person=sam).is_direct  # who has written before


def test_a_person_begins_so_many_a_day(
    lobby: Room, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "MOST", 1)
    first = begin(by=alice, person=bob)
    with pytest.raises(TooMany, match="1 conversations within a day"):
        begin(by=alice, person=carol)
    assert begin(by=alice, person=bob) == first
    assert begin(by=bob, person=carol).is_direct  # who began none
    Room.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert begin(by=alice, person=carol).is_direct


def test_what_is_said_is_told_to_the_other_one(talk: Room, alice: User, bob: User) -> None:
    said = actions.messages.post(room=talk, author=alice, text="hello, just you")
    assert list(Mention.objects.values_list("user", "message")) == [(bob.pk, said.pk)]
    actions.messages.edit(member=of(alice, talk), message=said, text="hello, only you")
    assert list(Mention.objects.values_list("user", "message")) == [(bob.pk, said.pk)]
    actions.removals.remove(member=of(alice, talk), message=said)
    assert not Mention.objects.exists()


def test_it_costs_one_query_more_than_elsewhere(talk: Room, alice: User) -> None:
    actions.messages.post(room=talk, author=alice, text="the first, which shows it to the other")
    made = queries(lambda: actions.messages.post(room=talk, author=alice, text="hi", nonce="n"))
    assert len(made) == 4, "\n".join(made)


def test_the_other_one_sees_it_from_its_first_message_on(
    talk: Room, alice: User, bob: User
) -> None:
    assert talk.pk in sidebar(alice.pk, None).rooms
    assert talk.pk not in sidebar(bob.pk, None).rooms
    actions.messages.post(room=talk, author=alice, text="hello")
    his = sidebar(bob.pk, None)
    assert his.rooms[talk.pk].label == (1, 0, False)
    assert his.needs == "1"
    assert '<span class="name">Alice Adams</span>' in his.html
    assert "Bob Brown" not in his.html


def test_hidden_it_comes_back_with_what_is_said_or_when_one_writes_again(
    talk: Room, alice: User, bob: User
) -> None:
    actions.messages.post(room=talk, author=alice, text="one")
    actions.members.leave(member=of(bob, talk))
    assert talk.pk not in sidebar(bob.pk, None).rooms
    assert Membership.objects.filter(room=talk).count() == 2
    actions.messages.post(room=talk, author=alice, text="two")
    assert talk.pk in sidebar(bob.pk, None).rooms
    actions.members.leave(member=of(bob, talk))
    assert begin(by=bob, person=alice) == talk
    assert talk.pk in sidebar(bob.pk, None).rooms


def test_what_is_muted_stays_so(talk: Room, alice: User, bob: User) -> None:
    actions.messages.post(room=talk, author=alice, text="one")
    actions.members.attend(member=of(bob, talk), attention=Attention.NOTHING)
    actions.messages.post(room=talk, author=alice, text="two")
    assert sidebar(bob.pk, None).rooms[talk.pk].label == (2, 0, True)
    assert sidebar(bob.pk, None).needs == ""


def test_neither_writes_while_one_blocks_the_other(talk: Room, alice: User, bob: User) -> None:
    said = actions.messages.post(room=talk, author=bob, text="hello")
    actions.conversations.block(by=alice, person=bob)
    sentences = {alice: "You block Bob Brown", bob: "Alice Adams cannot be written to at the"}
    for user, sentence in sentences.items():
        with pytest.raises(Refused, match=sentence):
            actions.messages.post(room=talk, author=user, text="more")
        assert sentence in of(user, talk).obstacle
    with pytest.raises(Refused, match="cannot be written to"):
        actions.messages.edit(member=of(bob, talk), message=said, text="you will read this")
    for each, other in ((alice, bob), (bob, alice)):
        assert begin(by=each, person=other) == talk  # to read it
    actions.conversations.unblock(by=alice, person=bob)
    assert actions.messages.post(room=talk, author=bob, text="thank you").seq == 2


def test_whoever_blocks_or_is_blocked_begins_nothing(lobby: Room, alice: User, bob: User) -> None:
    actions.conversations.block(by=alice, person=bob)
    with pytest.raises(Refused, match="You block Bob"):
        begin(by=alice, person=bob)
    with pytest.raises(Refused, match="Alice Adams cannot be written to at the moment"):
        begin(by=bob, person=alice)
    assert not Room.objects.filter(kind=Kind.DIRECT).exists()


def test_blocking_elsewhere_keeps_nobody_from_a_room(lobby: Room, alice: User, bob: User) -> None:
    actions.conversations.block(by=alice, person=bob)
    assert actions.messages.post(room=lobby, author=bob, text="hello, all").seq == 1


def test_somebody_suspended_or_gone_is_not_written_to(
    talk: Room, alice: User, bob: User, ada: User
) -> None:
    actions.messages.post(room=talk, author=bob, text="hello")
    sanctions.suspend(by=ada, person=bob, until=None)
    with pytest.raises(Refused, match="Bob Brown cannot be written to at the moment"):
        actions.messages.post(room=talk, author=alice, text="are you there?")
    sanctions.lift(by=ada, person=bob)
    actions.leaving.leave(person=bob, erase=False)
    for _ in range(3):
        hers = of(alice, talk)
        assert (hers.title, hers.room.name) == ("A former member", "A former member")
        with pytest.raises(Refused, match="Nobody is here any more but you"):
            actions.messages.post(room=talk, author=alice, text="hello?")
        actions.leaving.step()
    assert not User.objects.filter(pk=bob.pk).exists()
    assert talk.messages.get().text == "hello"
    actions.leaving.leave(person=alice, erase=False)
    while actions.leaving.step():
        continue
    assert not Room.objects.filter(pk=talk.pk).exists()


def test_a_member_of_the_staff_is_as_the_other_one_in_it(lobby: Room, sam: User, bob: User) -> None:
    talk = begin(by=sam, person=bob)
    said = actions.messages.post(room=talk, author=bob, text="hello")
    for user in (sam, bob):
        assert not of(user, talk).may_moderate
    with pytest.raises(Refused):
        actions.removals.remove(member=of(sam, talk), message=said)
    with pytest.raises(Refused):
        actions.rooms.change(by=of(sam, talk), name="Ours")
    with pytest.raises(Refused, match="Only an owner"):
        actions.members.add(by=of(sam, talk), user=person("dave", "Dave"))


def test_words_of_the_site_hold_and_nothing_waits_in_it(talk: Room, alice: User, ada: User) -> None:
    actions.words.change_site(by=ada, blocked="darn", held="casino*", masked="heck")
    with pytest.raises(Refused, match="“darn” is not said here"):
        actions.messages.post(room=talk, author=alice, text="darn it")
    with pytest.raises(Refused, match="“casinos” is looked at first on this site, and nobody"):
        actions.messages.post(room=talk, author=alice, text="casinos!")
    assert actions.messages.post(room=talk, author=alice, text="heck").text == "•••"
    assert not talk.held.exists()


def test_reports_go_to_the_staff_who_see_what_was_reported_and_no_more(
    talk: Room, alice: User, bob: User, sam: User
) -> None:
    actions.messages.post(room=talk, author=alice, text="nobody else's business")
    said = actions.messages.post(room=talk, author=bob, text="a threat")
    made = actions.reports.report_message(by=of(alice, talk), message=said, kind="harassment")
    case = Case.objects.for_site(sam).get()
    assert (case, made.text) == (made.case, "a threat")
    assert not Case.objects.for_room(of(alice, talk)).exists()
    assert set(case.verdicts(by_site=True)) == {"keep", "remove", "suspend", "dismiss"}
    assert not Desk(None, None).shows(case)  # type: ignore[arg-type]
    actions.cases.decide(user=sam, case=case, verdict="remove", by_site=True)
    assert Message.objects.get(pk=said.pk).is_removed
    told = Notice.objects.get(user=bob).text
    assert "Alice" not in told
    assert "conversation" not in told
    assert not AuditEntry.objects.filter(verb="decided report").exclude(area="site").exists()


def test_what_everybody_in_it_is_sent_has_neithers_name(talk: Room, alice: User, bob: User) -> None:
    actions.messages.post(room=talk, author=alice, text="hello")
    of(bob, talk)
    for cursor in (0, -1):
        html, _version = history.catch_up(talk.pk, cursor)
        assert "hello" in html
        assert "Bob Brown" not in html
        assert "page-title" not in html
    found = history.standings({(alice.pk, talk.pk, "en"), (bob.pk, talk.pk, "en")})
    assert len(found) == 2
