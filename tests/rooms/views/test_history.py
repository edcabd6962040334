"""The pages of a room's past."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import actions
from rooms.models import Message, Room
from tests.conftest import signed_in
from tests.rooms.test_record import said_at
from tests.rooms.views.test_page import read, rows_of

DAY = datetime(2026, 5, 4, 22, tzinfo=UTC)


@pytest.fixture
def talk(lobby: Room, alice: User) -> Room:
    """The lobby with six messages an hour apart, from ten in the evening on."""
    return said_at(lobby, alice, *(DAY + timedelta(hours=n) for n in range(6)))


def again(client: Client, address: str, etag: str) -> int:
    return client.get(address, headers={"If-None-Match": etag}).status_code


def test_the_calendar_leads_to_the_days(talk: Room, as_bob: Client) -> None:
    page = read(as_bob, "/rooms/lobby/history/")
    found = re.findall(r'href="/rooms/lobby/history/([\d-]+)/">\d+ <small>(\d+)', page)
    assert found == [("2026-05-04", "2"), ("2026-05-05", "4")]


def test_a_day_is_whole_and_leads_on(talk: Room, as_bob: Client) -> None:
    page = read(as_bob, "/rooms/lobby/history/2026-05-04/")
    assert rows_of(page) == [1, 2]
    assert 'rel="next" href="/rooms/lobby/history/2026-05-05/"' in page
    assert "No earlier day" in page
    assert rows_of(read(as_bob, "/rooms/lobby/history/2026-05-05/")) == [3, 4, 5, 6]


def test_a_day_is_the_readers_and_says_whose_the_times_are(talk: Room, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Tokyo")
    client = signed_in(bob)
    page = read(client, "/rooms/lobby/history/2026-05-05/")
    assert rows_of(page) == [1, 2, 3, 4, 5, 6]
    assert "The day is yours (Asia/Tokyo)" in page
    assert "Nothing was said" in read(client, "/rooms/lobby/history/2026-05-04/")


def test_a_days_rows_are_those_of_the_room(talk: Room, as_bob: Client) -> None:
    pages = [read(as_bob, f"/rooms/lobby/{path}") for path in ("", "history/2026-05-05/")]
    room, day = (re.findall(r"<article.*?</article>", page, re.DOTALL) for page in pages)
    assert day == room[2:]


def test_a_message_leads_to_its_day_and_back(talk: Room, as_bob: Client) -> None:
    answer = as_bob.get("/rooms/lobby/messages/3/day/")
    assert (answer.status_code, answer.headers["Location"]) == (
        302, "/rooms/lobby/history/2026-05-05/#m3",
    )  # fmt: skip
    assert 'href="/rooms/lobby/messages/3/#m3"' in read(as_bob, "/rooms/lobby/history/2026-05-05/")
    assert 'href="/rooms/lobby/messages/3/day/"' in read(as_bob, "/rooms/lobby/menu/?seq=3")


def test_a_date_is_jumped_to(talk: Room, as_bob: Client) -> None:
    answer = as_bob.get("/rooms/lobby/history/?day=2026-05-04")
    assert answer.headers["Location"] == "/rooms/lobby/history/2026-05-04/"


@pytest.mark.parametrize("day", ["2026-02-30", "x", "%00", "٢٠٢٦-٠٥-٠٤", "9" * 5000, "' OR 1=1 --"])
def test_what_is_no_date_is_said_to_be_none(talk: Room, as_bob: Client, day: str) -> None:
    assert "is not a date" in read(as_bob, f"/rooms/lobby/history/?day={day}")
    assert as_bob.get(f"/rooms/lobby/history/{day}/").status_code == 404


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1999-12-31", "2026-05-06", "2400-01-01", "9999-12-31"]
)
def test_a_day_without_messages_is_a_page_that_says_so(
    talk: Room, as_bob: Client, day: str
) -> None:
    page = read(as_bob, f"/rooms/lobby/history/{day}/")
    assert "Nothing was said on this day" in page
    assert 'rel="prev"' in page or 'rel="next"' in page


@pytest.mark.parametrize("mark", ["x", "-1", "", "9" * 30, "1.5", "٣", "0", "%00", "2"])
def test_a_page_mark_that_is_none_shows_the_nearest_page(
    talk: Room, as_bob: Client, mark: str
) -> None:
    assert rows_of(read(as_bob, f"/rooms/lobby/history/2026-05-04/?page={mark}")) == [1, 2]
    assert "May 2026" in read(as_bob, f"/rooms/lobby/history/?until={mark}")


@pytest.mark.parametrize("until", ["0001-01", "1999-05", "9999-12"])
def test_a_calendar_of_any_year_is_a_page(talk: Room, as_bob: Client, until: str) -> None:
    assert "History of lobby" in read(as_bob, f"/rooms/lobby/history/?until={until}")


@pytest.mark.parametrize("address", ["/rooms/lobby/history/", "/rooms/lobby/history/2026-05-04/"])
def test_a_page_that_did_not_change_is_not_sent_again(
    talk: Room, alice: User, bob: User, address: str
) -> None:
    client = signed_in(bob)
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    etag = answer.headers["ETag"]
    kept = client.get(address, headers={"If-None-Match": etag})
    assert (kept.status_code, kept.content, kept.headers["ETag"]) == (304, b"", etag)
    assert "Content-Security-Policy" not in kept.headers
    assert "Content-Security-Policy" in answer.headers
    assert again(client, address, '"another"') == 200


@pytest.mark.parametrize("change", ["edit", "remove", "post", "rename", "sidebar", "sign in"])
def test_whatever_the_page_shows_makes_it_another_one(
    talk: Room, alice: User, bob: User, change: str
) -> None:
    client, address = signed_in(bob), "/rooms/lobby/history/2026-05-04/"
    etag = client.get(address).headers["ETag"]
    hers = talk.memberships.get(user=alice)
    message = Message.objects.get(room=talk, seq=1)
    match change:
        case "edit":
            actions.messages.edit(member=hers, message=message, text="otherwise")
        case "remove":
            actions.removals.remove(member=hers, message=message)
        case "post":
            actions.messages.post(room=talk, author=alice, text="news")
        case "rename":
            User.objects.filter(pk=alice.pk).update(display_name="Alice Ng")
        case "sidebar":
            actions.rooms.create(owner=bob, name="another room")
        case "sign in":
            client.logout()
            client.force_login(bob)
    assert again(client, address, etag) == 200


def test_one_persons_page_is_not_anothers(talk: Room, alice: User, bob: User) -> None:
    address = "/rooms/lobby/history/2026-05-04/"
    etag = signed_in(bob).get(address).headers["ETag"]
    assert again(signed_in(alice), address, etag) == 200


def test_a_private_rooms_pages_are_not_stored(den: Room, bob: User) -> None:
    actions.messages.post(room=den, author=bob, text="between us")
    client = signed_in(bob)
    today = timezone.now().date().isoformat()
    for address in (f"/rooms/{den.slug}/history/", f"/rooms/{den.slug}/history/{today}/"):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert again(client, address, answer.headers["ETag"]) == 304


def test_a_stranger_learns_nothing_by_asking_whether_a_page_changed(
    den: Room, bob: User, as_mallory: Client
) -> None:
    address = f"/rooms/{den.slug}/history/"
    etag = signed_in(bob).get(address).headers["ETag"]
    assert again(as_mallory, address, etag) == 404


def test_a_removed_message_stays_a_quiet_line_of_its_day(
    talk: Room, alice: User, as_bob: Client
) -> None:
    Message.objects.filter(room=talk, seq=1).update(html="<p>a slip</p>", text="a slip")
    message = Message.objects.get(room=talk, seq=1)
    actions.removals.remove(member=talk.memberships.get(user=alice), message=message)
    page = read(as_bob, "/rooms/lobby/history/2026-05-04/")
    assert rows_of(page) == [1, 2]
    assert "slip" not in page
