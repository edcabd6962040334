"""A person's page, and what staff do there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from rooms.models import Room

STAFF = ("suspend", "ban", "lift", "sign-out", "notes")


def test_a_person_is_seen_with_the_rooms_in_common_and_no_others(
    as_bob: Client, alice: User, lobby: Room, den: Room, as_mallory: Client
) -> None:
    page = as_bob.get("/people/alice/").content.decode()
    main = page.partition("<main")[2]
    assert "Alice Adams" in main
    assert "/rooms/lobby/" in main
    assert f"/rooms/{den.slug}/" in main
    theirs = as_mallory.get("/people/alice/").content.decode()
    assert "in no room together" in theirs
    assert "alice@example.org" not in page + theirs
    assert "For staff" not in page + theirs


@pytest.mark.parametrize("name", ["nobody-at-all", "Alice", "a%00b"])
def test_who_is_not_there_is_not_found(as_bob: Client, alice: User, name: str) -> None:
    assert as_bob.get(f"/people/{name}/").status_code == 404


def test_strangers_are_asked_to_sign_in(client: Client, alice: User) -> None:
    assert client.get("/people/alice/").headers["Location"].startswith("/accounts/login/")


def test_staff_see_more(as_grace: Client, bob: User, as_ada: Client) -> None:
    as_ada.post("/people/bob/ban/", {"reason": "Selling things"})
    as_grace.post("/people/bob/notes/", {"text": "Came back under <another> name"})
    page = as_grace.get("/people/bob/").content.decode()
    for words in ("bob@example.org", "has been banned", "Selling things", "&lt;another&gt;"):
        assert words in page


@pytest.mark.parametrize("what", STAFF)
def test_for_others_there_is_nothing(as_mallory: Client, bob: User, what: str) -> None:
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    answer = as_mallory.post(f"/people/bob/{what}/", {"until": day, "text": "hello"})
    assert answer.status_code == 404
    assert not AuditEntry.objects.exists()
    bob.refresh_from_db()
    assert bob.is_welcome
    assert not bob.staff_notes.exists()


@pytest.mark.parametrize("what", STAFF)
def test_acting_is_a_post(as_grace: Client, bob: User, what: str) -> None:
    assert as_grace.get(f"/people/bob/{what}/").status_code == 405


def test_staff_suspend_until_a_day_and_lift(as_grace: Client, bob: User) -> None:
    day = timezone.localdate() + timedelta(days=2)
    as_grace.post("/people/bob/suspend/", {"until": day.isoformat(), "reason": "spam"})
    bob.refresh_from_db()
    assert bob.suspended_until is not None
    assert timezone.localtime(bob.suspended_until).date() == day
    as_grace.post("/people/bob/lift/", {"reason": "Said sorry"})
    bob.refresh_from_db()
    assert bob.is_welcome


@pytest.mark.parametrize("day", ["", "tomorrow", "2020-01-01", "9999-12-31", "0001-01-01"])
def test_a_day_that_cannot_be_is_refused_and_the_reason_kept(
    as_grace: Client, bob: User, day: str
) -> None:
    answer = as_grace.post("/people/bob/suspend/", {"until": day, "reason": "A long story"})
    assert answer.status_code == 422
    assert "A long story" in answer.content.decode()
    bob.refresh_from_db()
    assert bob.is_welcome


def test_staff_sign_somebody_out_everywhere(as_grace: Client, as_bob: Client) -> None:
    as_grace.post("/people/bob/sign-out/", {"reason": "A lost phone"})
    assert as_bob.get("/rooms/").status_code == 302
    assert AuditEntry.objects.get().verb == "signed out"


@pytest.mark.parametrize("what", ["ban", "sign-out"])
def test_staff_do_nothing_to_equals_or_to_themselves(
    as_grace: Client, ada: User, what: str
) -> None:
    for name in ("grace", "ada"):
        assert as_grace.post(f"/people/{name}/{what}/", {"reason": "x"}).status_code == 403
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_an_empty_or_endless_note_is_refused(as_grace: Client, bob: User, text: str) -> None:
    assert as_grace.post("/people/bob/notes/", {"text": text}).status_code == 422
