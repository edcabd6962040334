"""One's own profile."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.forms import NAME_TAKEN
from accounts.models import User


def change(client: Client, **fields: str) -> tuple[int, str]:
    response = client.post("/me/", {"display_name": "", "time_zone": "UTC"} | fields)
    return response.status_code, response.content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/me/").headers["Location"] == "/accounts/login/?next=/me/"


def test_the_profile_shows_what_is_kept(as_alice: Client) -> None:
    page = as_alice.get("/me/").content.decode()
    assert 'value="Alice Adams"' in page
    assert '<option value="Europe/Lisbon">Lisbon</option>' in page


def test_display_name_and_time_zone_are_kept(as_alice: Client, alice: User) -> None:
    status, _ = change(as_alice, display_name="  Alice   A. ", time_zone="Asia/Tokyo")
    assert status == 302
    alice.refresh_from_db()
    assert (alice.display_name, alice.time_zone) == ("Alice A.", "Asia/Tokyo")
    assert "Saved." in as_alice.get("/me/").content.decode()


def test_without_a_display_name_others_read_the_user_name(as_alice: Client, alice: User) -> None:
    change(as_alice, display_name="")
    alice.refresh_from_db()
    assert alice.name == "alice"


@pytest.mark.parametrize("name", ["bob", "BOB", "b0b"])
def test_the_user_name_of_somebody_else_is_refused_as_display_name(
    as_alice: Client, bob: User, name: str
) -> None:
    status, page = change(as_alice, display_name=name)
    assert status == 200
    assert str(NAME_TAKEN) in page
    assert f'value="{name}"' in page
    assert "<b>Alice Adams</b>" in page


def test_ones_own_user_name_may_be_the_display_name(as_alice: Client, alice: User) -> None:
    assert change(as_alice, display_name="ALICE")[0] == 302


@pytest.mark.parametrize("name", ["A\x00b", "A\ue000b", "A\U000fffffb", "...", "x" * 61], ids=ascii)
def test_a_display_name_that_nobody_can_read_is_refused(
    as_alice: Client, alice: User, name: str
) -> None:
    assert change(as_alice, display_name=name)[0] == 200
    alice.refresh_from_db()
    assert alice.display_name == "Alice Adams"


@pytest.mark.parametrize("name", ["A\u202el", "A\u200dl", "A\U000e0041l"], ids=ascii)
def test_what_is_unseen_in_a_display_name_is_dropped(
    as_alice: Client, alice: User, name: str
) -> None:
    assert change(as_alice, display_name=name)[0] == 302
    alice.refresh_from_db()
    assert alice.display_name == "Al"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "\x00"])
def test_a_time_zone_that_is_none_is_refused(as_alice: Client, alice: User, zone: str) -> None:
    assert change(as_alice, time_zone=zone)[0] == 200
    alice.refresh_from_db()
    assert alice.time_zone == "UTC"


def test_a_time_zone_out_of_use_stays_with_who_has_it(as_alice: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="EST5EDT")
    assert change(as_alice, time_zone="EST5EDT")[0] == 302


def test_the_profile_costs_six_queries(
    as_alice: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # Session, person, the form's copy, whom she blocks, sidebar, and, as she is in no room, what
    # she was told.
    with django_assert_num_queries(6):
        as_alice.get("/me/")


def test_a_chosen_look_holds_on_every_page_from_its_first_byte(
    as_alice: Client, as_bob: Client
) -> None:
    assert "data-theme" not in as_alice.get("/rooms/").content.decode()
    change(as_alice, theme="dark", density="compact")
    for path in ("/rooms/", "/me/", "/accounts/email/"):
        page = as_alice.get(path).content.decode()
        assert '<html lang="en" dir="ltr" data-theme="dark" data-density="compact">' in page, path
        assert '<meta name="color-scheme" content="dark">' in page
    assert "data-theme" not in as_bob.get("/rooms/").content.decode()
    assert change(as_alice, theme="plaid")[0] == 200
    assert 'data-theme="dark"' in as_alice.get("/rooms/").content.decode()
