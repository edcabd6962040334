"""Leaving the site for good."""

import pytest
from django.test import Client

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Message, Room
from tests.conftest import PASSWORD


@pytest.fixture
def said(lobby: Room, den: Room, alice: User, bob: User) -> None:
    for room in (lobby, den):
        for number in range(3):
            actions.messages.post(
                room=room, author=bob, text=f"bob says {number}", nonce=str(number)
            )
        actions.messages.post(room=room, author=alice, text="alice says")


def finish() -> int:
    count = 0
    while actions.leaving.step():
        count += 1
    return count


@pytest.mark.usefixtures("said")
def test_messages_stay_under_no_name_and_the_row_goes(
    lobby: Room, bob: User, as_alice: Client, as_bob: Client
) -> None:
    actions.leaving.leave(person=bob, erase=False)
    at_once = as_alice.get("/rooms/lobby/").content.decode()
    assert "Bob Brown" not in at_once
    assert "A former member" in at_once
    assert as_bob.get("/rooms/").status_code == 302
    finish()
    assert not User.objects.filter(pk=bob.pk).exists()
    page = as_alice.get("/rooms/lobby/").content.decode()
    assert page.count('data-author=""') == 3
    assert "bob says 2" in page
    assert Message.objects.filter(author=None, nonce=None).count() == 6
    entry = AuditEntry.objects.get(verb="closed account")
    assert (entry.target_id, entry.after) == (bob.pk, {"erase": False})


@pytest.mark.usefixtures("said")
def test_messages_are_erased_and_a_quiet_line_stays(
    lobby: Room, bob: User, as_alice: Client
) -> None:
    actions.leaving.leave(person=bob, erase=True)
    finish()
    page = as_alice.get("/rooms/lobby/").content.decode()
    assert "bob says" not in page
    assert page.count("A message by a former member was removed") == 3
    assert set(Message.objects.filter(author=None).values_list("text", "html")) == {("", "")}
    assert Message.objects.filter(text="alice says").count() == 2


@pytest.mark.usefixtures("said")
def test_a_removed_row_stays_as_it_is_when_its_moderator_goes_too(
    lobby: Room, bob: User, carol: User, as_alice: Client
) -> None:
    theirs = lobby.messages.filter(author=bob).earliest("seq")
    actions.removals.remove(member=access.membership(carol, "lobby"), message=theirs)
    shown = []
    for person in (bob, carol):
        actions.leaving.leave(person=person, erase=False)
        finish()
        page = as_alice.get("/rooms/lobby/").content.decode()
        shown.append(page[page.index('id="m1"') : page.index('id="m2"')])
    assert "A message by a former member was removed" in shown[0]
    assert shown[0] == shown[1]


@pytest.mark.usefixtures("said")
def test_every_step_is_a_change_that_open_pages_follow(
    lobby: Room, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions.leaving, "AT_ONCE", 2)
    lobby.refresh_from_db()
    before = lobby.version
    actions.leaving.leave(person=bob, erase=False)
    assert finish() == 5
    lobby.refresh_from_db()
    assert lobby.version == before + 2
    changed = lobby.messages.changed_since(before, 10)
    assert sorted(line.seq for line in changed) == [1, 2, 3]  # those of one version in any order
    assert [line.version for line in changed] == [before + 1, before + 1, before + 2]


def test_the_last_owner_of_a_room_with_others_hands_over_first(
    lobby: Room, alice: User, bob: User
) -> None:
    with pytest.raises(Refused, match="last owner of “lobby”"):
        actions.leaving.leave(person=alice, erase=True)
    alice.refresh_from_db()
    assert (alice.username, alice.is_active) == ("alice", True)
    assert lobby.memberships.count() == 2
    owner, his = lobby.memberships.get(user=alice), lobby.memberships.get(user=bob)
    actions.members.set_role(by=owner, member=his, role="owner")
    actions.leaving.leave(person=alice, erase=False)
    finish()
    assert not User.objects.filter(pk=alice.pk).exists()


def test_who_is_alone_in_a_room_leaves_it_empty(alice: User) -> None:
    room = actions.rooms.create(owner=alice, name="study")
    actions.leaving.leave(person=alice, erase=False)
    finish()
    assert not room.memberships.exists()


def test_the_last_administrator_hands_over_first(ada: User, bob: User) -> None:
    with pytest.raises(Refused, match="last administrator"):
        actions.leaving.leave(person=ada, erase=False)
    User.objects.filter(pk=bob.pk).update(is_superuser=True)
    actions.leaving.leave(person=ada, erase=False)
    finish()
    assert not User.objects.filter(pk=ada.pk).exists()


def test_nothing_to_do_is_nothing_done(bob: User) -> None:
    assert not actions.leaving.step()


def close(client: Client, **fields: str) -> int:
    form = {"password": PASSWORD, "messages": "keep"} | fields
    return client.post("/me/leave/", form).status_code


@pytest.mark.parametrize("fields", [{"password": "wrong"}, {"messages": "both"}, {"messages": ""}])
def test_a_wrong_password_or_no_choice_closes_nothing(
    as_bob: Client, bob: User, fields: dict[str, str]
) -> None:
    assert close(as_bob, **fields) == 422
    bob.refresh_from_db()
    assert bob.is_active


@pytest.mark.usefixtures("said")
def test_an_account_is_closed_on_its_page(as_bob: Client, as_alice: Client, bob: User) -> None:
    assert as_bob.get("/me/leave/").status_code == 200
    assert close(as_alice) == 403
    assert close(as_bob, messages="erase") == 302
    assert not User.objects.filter(pk=bob.pk).exists()
    assert as_bob.get("/me/").status_code == 302
    assert not Message.objects.filter(text__startswith="bob").exists()
