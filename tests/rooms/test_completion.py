"""A name that is begun behind an @, whom it may become, and who is told so."""

import pytest
from django.test import Client

from accounts.models import User
from rooms import actions
from rooms.completion import begun, completed
from rooms.models import Membership, Room
from tests.conftest import person
from tests.rooms.views.test_budgets import fill, queries


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("@b", "b"),
        ("hi @Bo", "Bo"),
        ("(@b", "b"),
        ("a\n@b", "b"),
        ("@田", "田"),
        ("@a @b.c", "b.c"),
    ],
)
def test_what_stands_behind_an_at_is_a_name_begun(text: str, word: str) -> None:
    assert begun(text) == word
    assert completed(text, "bob") == f"{text.removesuffix(word)}bob "


@pytest.mark.parametrize("text", ["", "@", "b", "a@b", "@b ", "@bob, come", "@" + "b" * 41, "@@b"])
def test_nothing_else_is(text: str) -> None:
    assert begun(text) is None
    assert completed(text, "bob") == text


def offered(client: Client, text: str, room: str = "lobby") -> list[str]:
    answer = client.post(f"/rooms/{room}/names/", {"message": text, "nonce": "n"})
    assert answer.status_code == 200
    return [part.split("<")[0] for part in answer.content.decode().split("<b><bdi>@")[1:]]


def test_members_are_offered_by_both_names_and_nobody_else(
    lobby: Room, den: Room, alice: User, bob: User, mallory: User, as_alice: Client
) -> None:
    carl = person("carl", "Bobby Carlson")
    actions.members.join(member=Membership(room=lobby, user=carl, role="reader"))
    assert offered(as_alice, "hi @bob") == ["bob"]
    actions.messages.post(room=lobby, author=carl, text="hello")
    assert offered(as_alice, "hi @BOB") == ["carl", "bob"]
    for text in ("@mall", "@alice", "@carl, come", "no name", "@%", "@_", "@\x00"):
        assert offered(as_alice, text) == []


def test_who_does_not_write_there_is_offered_nobody(
    lobby: Room, den: Room, as_mallory: Client
) -> None:
    for room, status in ((lobby, 403), (den, 404)):
        answer = as_mallory.post(f"/rooms/{room.slug}/names/", {"message": "@bo"})
        assert answer.status_code == status


def test_a_name_taken_comes_back_in_the_box_with_its_nonce_alone(
    lobby: Room, as_alice: Client
) -> None:
    asked = {"message": "<b> @bo", "name": "bob", "nonce": 'x"y'}
    assert "textarea" not in as_alice.post("/rooms/lobby/names/", asked).content.decode()
    page = as_alice.post("/rooms/lobby/names/", asked | {"nonce": "xy"}).content.decode()
    assert "&lt;b&gt; @bob </textarea>" in page
    assert "#nonce[value=&quot;xy&quot;]" in page


@pytest.mark.parametrize(("messages", "members"), [(3, 1), (120, 60)])
def test_names_cost_the_same_whatever_the_rooms_size(
    lobby: Room, alice: User, as_alice: Client, messages: int, members: int
) -> None:
    fill(lobby, alice, messages, members, 0)
    asked = {"message": "hi @p", "nonce": "n"}
    assert len(queries(lambda: as_alice.post("/rooms/lobby/names/", asked))) <= 5
