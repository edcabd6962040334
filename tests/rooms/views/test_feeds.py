"""A room as an Atom feed, at a secret address."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import access, actions
from rooms.models import Membership, Room

ATOM = "{http://www.w3.org/2005/Atom}"


def address(client: Client, room: Room) -> str:
    client.post(f"/rooms/{room.slug}/feed/")
    page = client.get(f"/rooms/{room.slug}/attention/").content.decode()
    found = re.search(r"<code>http://testserver(/feeds/[^<]+)</code>", page)
    assert found
    return found[1]


def test_a_feed_has_the_newest_messages_that_stand(
    den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    for number in range(40):
        actions.messages.post(room=den, author=alice, text=f"**number** {number} <b> & ]]>")
    hers = access.membership(alice, den.slug)
    actions.removals.remove(member=hers, message=access.message(hers, 39))
    answer = Client().get(address(as_bob, den))
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    tree = ElementTree.fromstring(answer.content)  # noqa: S314
    entries = tree.findall(f"{ATOM}entry")
    assert len(entries) == 30
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries]  # type: ignore[union-attr]
    assert links[:2] == [f"http://testserver/rooms/{den.slug}/messages/{n}/" for n in (40, 38)]
    assert "number</strong> 39" in (entries[0].findtext(f"{ATOM}summary") or "")
    assert "number</strong> 38" not in answer.content.decode().replace("&gt;", ">")


def test_a_reply_quotes_what_it_replies_to_while_that_stands(
    den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    actions.messages.post(room=den, author=alice, text="Tea, <anyone>?")
    actions.messages.post(room=den, author=bob, text="Me", reply=1)
    feed = address(as_bob, den)
    quoted = f'/rooms/{den.slug}/messages/1/">Alice Adams</a> Tea, &lt;anyone&gt;?</p>'

    def newest() -> str:
        tree = ElementTree.fromstring(Client().get(feed).content)  # noqa: S314
        return tree.find(f"{ATOM}entry").findtext(f"{ATOM}summary") or ""  # type: ignore[union-attr]

    assert quoted in newest()
    hers = access.membership(alice, den.slug)
    actions.removals.remove(member=hers, message=access.message(hers, 1))
    assert newest() == '<p dir="auto">Me</p>'


def test_nothing_new_is_said_in_few_bytes(den: Room, alice: User, as_bob: Client) -> None:
    feed = address(as_bob, den)
    tag = Client().get(feed).headers["ETag"]
    assert Client().get(feed, headers={"If-None-Match": tag}).status_code == 304
    actions.messages.post(room=den, author=alice, text="news")
    assert Client().get(feed, headers={"If-None-Match": tag}).status_code == 200


def test_a_new_address_ends_the_one_before(den: Room, as_bob: Client) -> None:
    before = address(as_bob, den)
    after = address(as_bob, den)
    assert Client().get(before).status_code == 404
    assert Client().get(after).status_code == 200


@pytest.mark.parametrize("ending", ["left", "removed", "suspended", "closed"])
def test_a_feed_ends_at_once_with_the_right_to_read(
    den: Room, alice: User, bob: User, as_bob: Client, ending: str
) -> None:
    feed = address(as_bob, den)
    his = access.membership(bob, den.slug)
    if ending == "left":
        actions.members.leave(member=his)
    elif ending == "removed":
        actions.members.remove(by=access.membership(alice, den.slug), member=his)
    elif ending == "suspended":
        User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now() + timedelta(hours=1))
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    gone = Client().get(feed)
    assert gone.status_code == 404
    assert gone.content == Client().get("/feeds/guess/").content


@pytest.mark.parametrize("guess", ["x", "None", "%00", "🙂", "a" * 500])
def test_a_guess_is_a_404(den: Room, guess: str) -> None:
    assert Client().get(f"/feeds/{guess}/").status_code == 404
    assert Client().post(f"/feeds/{guess}/").status_code == 405


def test_who_has_not_joined_has_no_feed(lobby: Room, as_mallory: Client) -> None:
    assert as_mallory.post("/rooms/lobby/feed/").status_code == 403
    assert not Membership.objects.exclude(feed_key=None).exists()
