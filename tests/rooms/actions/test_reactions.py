"""What stands below a message is what people gave it, whoever comes or goes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import blocks
from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Invalid, Refused
from rooms.inbox import inbox
from rooms.models import Membership, Mention, Message, Reaction, Room
from rooms.models.mentions import Sort
from rooms.realtime import history
from rooms.rows import rows
from tests.conftest import person, signed_in
from tests.rooms.views.test_budgets import queries


def member(room: Room, user: User) -> Membership:
    return access.membership(user, room.slug)


def say(room: Room, author: User, text: str = "hello") -> Message:
    return actions.messages.post(room=room, author=author, text=text)


def react(room: Room, user: User, seq: int = 1, emoji: str = "👍") -> Message:
    message = room.messages.get(seq=seq)
    return actions.reactions.toggle(member=member(room, user), message=message, emoji=emoji)


def row(room: Room, seq: int = 1) -> str:
    return rows(Message.objects.filter(room=room, seq=seq).lines(), room.slug)


def as_given(message: Message) -> str:
    """What the message's text of reactions should be, counted anew."""
    found: dict[str, list[str]] = {}
    for one in Reaction.objects.filter(message=message).select_related("user").order_by("pk"):
        found.setdefault(one.emoji, []).append(one.user.username)
    return "\n".join(" ".join([emoji, *names]) for emoji, names in found.items())


def test_a_reaction_stands_below_the_message_and_is_taken_back_by_the_same(
    lobby: Room, alice: User, bob: User
) -> None:
    say(lobby, alice)
    react(lobby, alice)
    react(lobby, bob)
    react(lobby, bob, emoji="❤")
    html = row(lobby)
    assert 'value="1 👍" data-by="alice bob" title="alice, bob">👍 2</button>' in html
    assert 'value="1 ❤️" data-by="bob" title="bob">❤️ 1</button>' in html
    assert len(html.encode()) < 1200
    react(lobby, bob)
    react(lobby, alice)
    react(lobby, bob, emoji="❤️")
    assert '<p class="chips" id="r1" aria-live="off"></p>' in row(lobby)
    lobby.refresh_from_db()
    assert (lobby.version, lobby.messages.get().version) == (7, 7)


@pytest.mark.parametrize(
    "emoji", ["", "x", "1", "👍👍", "👍 ", " ", "🏽", "\u200d", "<b>", "👍\x00", "😀" * 500, "#"]
)
def test_only_one_emoji_is_a_reaction(lobby: Room, alice: User, emoji: str) -> None:
    say(lobby, alice)
    if emoji == "👍 ":
        assert react(lobby, alice, emoji=emoji).reactions == "👍 alice"
        return
    with pytest.raises(Invalid, match="not one emoji"):
        react(lobby, alice, emoji=emoji)


@pytest.mark.parametrize("emoji", ["👍🏽", "👨‍👩‍👧", "1️⃣", "🇩🇪", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_an_emoji_of_several_signs_is_one(lobby: Room, alice: User, emoji: str) -> None:
    say(lobby, alice)
    assert react(lobby, alice, emoji=emoji).reactions == f"{emoji} alice"


def test_a_message_has_its_fill(
    lobby: Room, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.reactions, "MOST_PEOPLE", 1)
    say(lobby, alice)
    for emoji in "😀😁😂😃😄😅😆😇😈😉😊😋":
        react(lobby, alice, emoji=emoji)
    before = lobby.messages.get()
    with pytest.raises(Refused, match="as many different"):
        react(lobby, bob, emoji="👍")
    with pytest.raises(Refused, match="as often"):
        react(lobby, bob, emoji="😀")
    assert (lobby.messages.get().version, lobby.messages.get().reactions) == (
        before.version,
        before.reactions,
    )
    react(lobby, alice, emoji="😀")
    react(lobby, bob, emoji="😀")


def test_who_may_react(lobby: Room, alice: User, bob: User, carol: User, mallory: User) -> None:
    say(lobby, alice)
    with pytest.raises(Refused, match="Join this room"):
        react(lobby, mallory)
    hers = member(lobby, carol)
    actions.rooms.change(by=hers, posting="moderators")
    react(lobby, bob)
    actions.rooms.change(by=hers, posting="nobody")
    with pytest.raises(Refused, match="closed for writing"):
        react(lobby, bob)
    actions.rooms.change(by=hers, posting="everyone")
    actions.sanctions.mute(by=hers, member=member(lobby, bob), seconds="600", reason="")
    with pytest.raises(Refused, match="muted"):
        react(lobby, bob)
    actions.removals.remove(member=member(lobby, alice), message=lobby.messages.get())
    with pytest.raises(Refused, match="not there any more"):
        react(lobby, carol)


def test_a_removed_message_shows_none_and_one_brought_back_its_own(
    lobby: Room, alice: User, bob: User, carol: User
) -> None:
    say(lobby, bob)
    react(lobby, alice)
    assert "👍" in inbox(bob).html
    hers = member(lobby, carol)
    actions.removals.remove(member=hers, message=lobby.messages.get())
    assert "👍" not in row(lobby)
    assert "👍" not in inbox(bob).html
    actions.removals.restore(member=hers, message=lobby.messages.get())
    assert "👍 1" in row(lobby)
    assert "👍" in inbox(bob).html


def test_a_moderator_takes_away_a_reaction_of_somebody_lower(
    lobby: Room, alice: User, bob: User, carol: User, as_carol: Client
) -> None:
    """One version of the room, in the log; what others gave stays, and so does an equal's."""
    say(lobby, alice)
    for user in (alice, bob):
        react(lobby, user)
    lobby.refresh_from_db()
    before = lobby.version
    page = as_carol.get("/rooms/lobby/menu/?seq=1").text
    assert "<option>alice</option><option>bob</option>" in page
    where, given = "/rooms/lobby/messages/1/reaction/", {"emoji": "👍", "reason": "Taunting"}
    assert as_carol.post(where, given | {"username": "alice"}).status_code == 403
    assert as_carol.post(where, given | {"username": "bob"}).status_code == 302
    assert 'data-by="alice"' in row(lobby)
    lobby.refresh_from_db()
    assert lobby.version == before + 1
    entry = AuditEntry.objects.get(verb="removed reaction")
    assert (entry.actor, entry.target, entry.subject) == (carol, bob, "👍 message 1")
    assert "not there any more" in as_carol.post(where, given | {"username": "bob"}).text
    assert signed_in(bob).post(where, given | {"username": "alice"}).status_code == 403
    assert as_given(lobby.messages.get()) == lobby.messages.get().reactions == "👍 alice"


def test_its_author_reads_of_it_in_the_list_and_is_not_called(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    say(lobby, bob, "good news")
    react(lobby, bob)
    assert not Mention.objects.exists()
    react(lobby, alice)
    react(lobby, alice, emoji="🎉")
    entry = Mention.objects.get()
    assert (entry.user, entry.sort, entry.due_at, entry.outside) == (bob, "reaction", None, False)
    Membership.objects.filter(user=bob).update(last_read_seq=0)
    page = as_bob.get("/mentions/").text
    assert "<span>🎉 <b>Alice Adams</b></span> <span>👍 <b>Alice Adams</b></span>" in page
    assert page.count('<li id="mention-') == 1
    assert 'class="mentions">' not in page
    assert not Mention.objects.unread().exists()
    actions.messages.edit(member=member(lobby, bob), message=lobby.messages.get(), text="better")
    assert "better" in inbox(bob, sort=Sort.REACTION).html
    for emoji in "👍🎉":
        react(lobby, alice, emoji=emoji)
    assert "better" not in inbox(bob).html


def test_the_list_is_of_one_sort_where_that_is_asked(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    said = say(lobby, bob, "mine")
    react(lobby, alice)
    say(lobby, alice, "for @bob")
    actions.messages.post(room=lobby, author=alice, text="an answer", reply=said.seq)
    texts = {"mention": '<p dir="auto">for', "reply": "an answer", "reaction": ">mine<"}
    for sort in texts:
        page = as_bob.get(f"/mentions/?sort={sort}").text
        assert [each for each in texts if texts[each] in page] == [sort]
        assert f'name="inbox" value="{sort}.' in page
    assert all(text in as_bob.get("/mentions/?sort=x").text for text in texts.values())


def test_nobody_is_told_what_somebody_did_whom_they_block(
    lobby: Room, alice: User, bob: User
) -> None:
    say(lobby, bob)
    react(lobby, alice)
    blocks.block(by=bob, person=alice)
    assert "Alice" not in inbox(bob).html
    react(lobby, alice, emoji="🎉")
    assert "Alice" not in inbox(bob).html
    blocks.unblock(by=bob, person=alice)
    assert "🎉" in inbox(bob).html


def test_a_closed_account_takes_its_reactions_along_a_room_at_a_time(
    lobby: Room, den: Room, alice: User, bob: User
) -> None:
    for room in (lobby, den):
        say(room, alice)
        say(room, alice)
        for seq in (1, 2):
            react(room, alice, seq)
            react(room, bob, seq)
    den.refresh_from_db()
    actions.leaving.leave(person=bob, erase=False)
    while actions.leaving.step():
        pass
    assert not User.objects.filter(username="bob").exists()
    assert {message.reactions for message in Message.objects.all()} == {"👍 alice"}
    missed, upto = history.catch_up(den.pk, den.version)
    assert upto == den.version + 1
    assert missed.count("👍 1") == 2


def test_over_http_it_comes_back_to_the_message(
    lobby: Room, alice: User, as_bob: Client, bob: User
) -> None:
    say(lobby, alice)
    sheet = as_bob.get("/rooms/lobby/menu/?seq=1").text
    assert '<button class="button quiet" name="react" value="1 🎉">🎉</button>' in sheet
    answer = as_bob.post("/rooms/lobby/react/", {"react": "1 🎉"})
    assert answer.headers["Location"] == "/rooms/lobby/messages/1/#m1"
    answer = as_bob.post(
        "/rooms/lobby/react/", {"seq": "1", "emoji": "👍"}, headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert lobby.messages.get().reactions == "🎉 bob\n👍 bob"
    assert "🎉 bob" in as_bob.get("/rooms/lobby/menu/?seq=1").text
    assert '.chips [data-by~="bob"]' in as_bob.get("/rooms/lobby/").text
    for asked, status in (("1 x", 422), ("1", 422), ("9 👍", 404), ("x 👍", 404), ("", 404)):
        assert as_bob.post("/rooms/lobby/react/", {"react": asked}).status_code == status
    refused = as_bob.post("/rooms/lobby/react/", {"react": "1 x"})
    assert "That is not one emoji." in refused.text


def test_a_reaction_costs_the_same_whatever_the_rooms_size(
    lobby: Room, alice: User, bob: User
) -> None:
    say(lobby, alice)
    react(lobby, alice, emoji="🎉")
    for number in range(30):
        dave = person(f"dave{number}", "")
        actions.members.join(member=Membership(room=lobby, user=dave, role="reader"))
        react(lobby, dave)
    hers, message = member(lobby, bob), lobby.messages.get()
    made = queries(lambda: actions.reactions.toggle(member=hers, message=message, emoji="👍"))
    assert len(made) <= 11, "\n".join(made)
    assert "alice" not in row(lobby).split("title=")[2]
    assert "and 21 more" in row(lobby)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abr"), st.sampled_from([1, 2]), st.sampled_from("👍🎉😀")),
        max_size=12,
    )
)
def test_any_order_of_giving_taking_and_removing_leaves_rows_and_text_equal(
    lobby: Room, alice: User, bob: User, carol: User, steps: list[tuple[str, int, str]]
) -> None:
    people = {"a": alice, "b": bob}
    seqs = [say(lobby, bob, f"{n} after {lobby.messages.count()}").seq for n in (1, 2)]
    lobby.refresh_from_db()
    version, done = lobby.version, 0
    for who, which, emoji in steps:
        message = lobby.messages.get(seq=seqs[which - 1])
        if who == "r":
            act = actions.removals.restore if message.is_removed else actions.removals.remove
            act(member=member(lobby, carol), message=message)
        elif message.is_removed:
            continue
        else:
            react(lobby, people[who], message.seq, emoji)
        done += 1
    lobby.refresh_from_db()
    assert lobby.version == version + done
    for message in lobby.messages.filter(seq__in=seqs):
        assert (message.reactions or "") == as_given(message)


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_none_is_lost(lobby: Room, alice: User) -> None:
    say(lobby, alice)
    people = [person(f"p{number}", "") for number in range(6)]
    for each in people:
        actions.members.join(member=Membership(room=lobby, user=each, role="reader"))

    def give(user: User) -> None:
        react(lobby, user)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(give, people))
    message = lobby.messages.get()
    assert message.reactions == as_given(message)
    assert sorted((message.reactions or "").split(" ")[1:]) == [each.username for each in people]


def test_a_stranger_reacts_to_nothing_in_a_private_room(
    den: Room, alice: User, mallory: User
) -> None:
    say(den, alice)
    answer = signed_in(mallory).post(f"/rooms/{den.slug}/react/", {"react": "1 👍"})
    assert answer.status_code == 404
    assert not Reaction.objects.exists()
