"""Where I am signed in, and how to end that."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.agents import describe
from accounts.models import User
from tests.conftest import PASSWORD, signed_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def signed_in_with(agent: str, user: User) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def is_heard(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_my_sessions_are_listed_and_nobody_elses(bob: User, alice: User) -> None:
    here, _ = signed_in_with(FIREFOX, bob), signed_in_with(IPHONE, bob)
    signed_in_with("curl/8", alice)
    page = here.get("/me/sessions/").content.decode()
    assert page.count("Firefox on Linux") == page.count("Safari on an iPhone") == 1
    assert page.count("this page") == 1
    assert "curl" not in page


def test_a_session_that_ended_is_not_listed(bob: User) -> None:
    here, there = signed_in_with(FIREFOX, bob), signed_in_with(IPHONE, bob)
    there.post("/accounts/logout/")
    assert "iPhone" not in here.get("/me/sessions/").content.decode()


def test_one_session_is_ended(bob: User) -> None:
    here, there = signed_in_with(FIREFOX, bob), signed_in_with(IPHONE, bob)
    theirs = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/me/sessions/{theirs.pk}/end/").status_code == 302
    assert (is_heard(here), is_heard(there)) == (True, False)
    assert here.post(f"/me/sessions/{theirs.pk}/end/").status_code == 404


def test_somebody_elses_session_is_not_there(bob: User, alice: User) -> None:
    here, hers = signed_in_with(FIREFOX, bob), signed_in_with(FIREFOX, alice)
    theirs = UserSession.objects.get(session_key=hers.session.session_key)
    assert here.post(f"/me/sessions/{theirs.pk}/end/").status_code == 404
    assert is_heard(hers)


def test_this_very_session_is_ended_by_signing_out(bob: User) -> None:
    here = signed_in_with(FIREFOX, bob)
    mine = UserSession.objects.get()
    answer = here.post(f"/me/sessions/{mine.pk}/end/")
    assert answer.headers["Location"] == "/accounts/logout/"


def test_all_others_are_ended_known_or_not_and_this_one_goes_on(bob: User) -> None:
    here, there, unknown = signed_in_with(FIREFOX, bob), signed_in_with(IPHONE, bob), signed_in(bob)
    key = here.session.session_key
    here.post("/me/sessions/end/")
    assert [is_heard(client) for client in (here, there, unknown)] == [True, False, False]
    assert here.session.session_key == key


def test_allauths_own_list_leads_to_ours(as_bob: Client) -> None:
    assert as_bob.get("/accounts/sessions/").headers["Location"] == "/me/sessions/"


@pytest.mark.parametrize("path", ["/me/sessions/end/", "/me/sessions/1/end/"])
def test_ending_is_a_post(as_bob: Client, path: str) -> None:
    assert as_bob.get(path).status_code == 405


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.0", "curl/8.0"),
        ("", "An unknown program"),
    ],
)
def test_a_browser_is_described_in_words(agent: str, words: str) -> None:
    assert describe(agent) == words
