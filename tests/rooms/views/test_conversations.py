"""The pages of conversations: the way in, whom one finds, what each is called for whom."""

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests.conftest import signed_in

BESIDE = re.compile('<style.*?</style>|<nav id="rooms".*?</nav>', re.DOTALL)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return strip_tags(BESIDE.sub("", answer.content.decode()))


def test_a_button_leads_to_the_conversation_from_wherever_a_person_is_shown(
    as_alice: Client, lobby: Room, bob: User
) -> None:
    actions.messages.post(room=lobby, author=bob, text="hello")
    form = 'action="/people/bob/write/"'
    for address in ("people", "people/bob", "rooms/lobby/members", "rooms/lobby/menu"):
        assert form in as_alice.get(f"/{address}/?seq=1").content.decode(), address
    answer = as_alice.post("/people/bob/write/")
    talk = Room.objects.get(kind="direct")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/rooms/{talk.slug}/")
    page = as_alice.get(f"/rooms/{talk.slug}/").content.decode()
    assert "Bob Brown · Hubbub</title>" in page
    assert form not in page
    assert "Only the two of you can read it" in page


def test_what_is_refused_is_said_on_the_persons_page(
    as_mallory: Client, as_alice: Client, alice: User, lobby: Room
) -> None:
    answer = as_mallory.post("/people/alice/write/")
    assert answer.status_code == 403
    assert "You share none with Alice" in answer.content.decode()
    assert "This is you" in as_alice.post("/people/alice/write/").content.decode()
    assert as_alice.post("/people/nobody/write/").status_code == 404
    assert as_alice.get("/people/alice/write/").status_code == 405


def test_one_finds_people_of_ones_own_rooms_alone(
    as_alice: Client, as_mallory: Client, carol: User, bob: User
) -> None:
    everybody = text_of(as_alice, "/people/")
    assert all(name in everybody for name in ("@bob", "@carol"))
    for words in ("@bo", "brown", "BOB"):
        found = text_of(as_alice, f"/people/?q={words}")
        assert ("@bob" in found, "@carol" in found) == (True, False)
    part = as_alice.get("/people/?q=bo", headers={"HX-Request": "true"})
    assert part.content.decode().startswith("<ul")
    for words in ("mallory", "%25", "_", "%00zz", "x" * 300):
        assert "@" not in text_of(as_alice, f"/people/?q={words}")
    assert "@bob" not in text_of(as_mallory, "/people/?q=bob")


@pytest.mark.parametrize(
    "part", ["", "messages/1/", "settings/", "members/", "attention/", "history/", "menu/?seq=1"]
)
def test_each_reads_it_under_the_others_name_and_nobody_else_at_all(
    talk: Room, as_alice: Client, as_bob: Client, as_mallory: Client, ada: User, part: str
) -> None:
    address = f"/rooms/{talk.slug}/{part}"
    for client, name, own in ((as_alice, "Bob Brown", "Alice"), (as_bob, "Alice Adams", "Bob")):
        client.post(f"/rooms/{talk.slug}/messages/", {"message": "hello"})
        page = client.get(address).content.decode()
        title = re.findall(r"<title[^>]*>(.*?)</title>", page)[0]
        assert name in title
        assert own not in title
    for client in (as_mallory, signed_in(ada)):
        assert client.get(address).status_code == 404


def test_lists_name_it_by_the_other_one(
    talk: Room, alice: User, bob: User, as_alice: Client, as_bob: Client
) -> None:
    said = actions.messages.post(room=talk, author=alice, text="a word about xylophones")
    for client in (as_alice, as_bob):
        client.post(f"/rooms/{talk.slug}/messages/{said.seq}/save/")
    for address in ("/rooms/", "/search/?q=xylophone", "/search/?q=xylophones+in:@bob", "/saved/"):
        page = text_of(as_alice, address)
        assert "Bob Brown" in page, address
    for address in ("/rooms/", "/saved/"):
        assert "Alice Adams" in text_of(as_bob, address)
    assert "in Alice Adams" in text_of(as_bob, "/search/?q=xylophone")
    assert "xylophone" not in text_of(as_bob, "/mentions/")


def test_a_new_name_shows(talk: Room, alice: User, bob: User, as_bob: Client) -> None:
    User.objects.filter(pk=alice.pk).update(display_name="Alice Ash")
    assert "Alice Ash" in text_of(as_bob, f"/rooms/{talk.slug}/")


def test_the_search_tells_nobody_else_of_it(
    talk: Room, alice: User, as_mallory: Client, as_ada: Client
) -> None:
    actions.messages.post(room=talk, author=alice, text="a word about xylophones")
    for client in (as_mallory, as_ada):
        for query in ("xylophone", "xylophone in:@alice", f"in:{talk.slug}", "from:alice", 'in:""'):
            page = text_of(client, f"/search/?q={query}")
            assert "Nothing found" in page, query


def test_the_admin_shows_nothing_of_it(
    talk: Room, alice: User, bob: User, as_ada: Client, lobby: Room
) -> None:
    said = actions.messages.post(room=talk, author=alice, text="a word about xylophones")
    for address in (
        "rooms/message/",
        "rooms/message/?q=@alice",
        f"rooms/message/?q={talk.slug}",
        "rooms/room/",
    ):
        page = as_ada.get(f"/admin/{address}").content.decode()
        assert "xylophones" not in page
        assert f">{talk.slug}" not in page
    for address in (f"rooms/message/{said.pk}/change/", f"rooms/room/{talk.pk}/change/"):
        assert as_ada.get(f"/admin/{address}", follow=False).status_code == 302


def test_hiding_leads_to_the_list_where_it_still_stands(talk: Room, as_alice: Client) -> None:
    answer = as_alice.post(f"/rooms/{talk.slug}/leave/")
    assert answer.headers["Location"] == "/rooms/"
    page = as_alice.get("/rooms/").content.decode()
    assert f'class="room" href="/rooms/{talk.slug}/"' in page
    assert f'data-room="{talk.slug}"' not in page


def test_a_feed_has_the_others_name(talk: Room, alice: User, as_alice: Client) -> None:
    key = actions.members.renew_feed(member=talk.memberships.get(user=alice))
    actions.messages.post(room=talk, author=alice, text="hello")
    assert b"<title>Bob Brown</title>" in Client().get(f"/feeds/{key}/").content


def test_no_room_is_made_of_that_kind(as_alice: Client) -> None:
    form = {"name": "between us", "kind": "direct"}
    assert as_alice.post("/rooms/new/", form).status_code == 422
    assert "direct" not in as_alice.get("/rooms/new/").content.decode()
