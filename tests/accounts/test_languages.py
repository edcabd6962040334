"""Everybody is spoken to in a language that they read."""

import pytest
from django.test import Client
from django.utils import translation

from accounts import languages
from accounts.actions import notices
from accounts.models import User

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.mark.parametrize(
    ("accepted", "opening"),
    [
        ("", '<html lang="en" dir="ltr"'),
        ("de-AT,en;q=0.5", '<html lang="de" dir="ltr"'),
        ("tlh, ar;q=0.8, en;q=0.1", '<html lang="ar" dir="rtl"'),
        ("fr;q=0.9, *;q=0.1", '<html lang="en" dir="ltr"'),
        ("de;q=nonsense,\x00, en-\x7f", '<html lang="en" dir="ltr"'),
    ],
)
def test_a_stranger_reads_what_the_browser_asks_for(
    client: Client, db: None, accepted: str, opening: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert opening in answer.text
    assert "Accept-Language" in answer["Vary"]
    assert client.get("/nothing/at/all", headers={"Accept-Language": accepted}).text.count(opening)


def test_a_choice_counts_more_than_the_browser_until_it_is_given_up(
    client: Client, alice: User
) -> None:
    client.force_login(alice)
    assert "Einstellungen" in client.get("/me/", headers=GERMAN).text
    profile = {"display_name": "Alice Adams", "time_zone": "UTC", "language": "ar"}
    assert client.post("/me/", profile, headers=GERMAN).status_code == 302
    page = client.get("/me/", headers=GERMAN)
    assert '<html lang="ar" dir="rtl"' in page.text
    assert "الإعدادات" in page.text
    assert page["Content-Language"] == "ar"
    client.post("/me/", profile | {"language": ""}, headers=GERMAN)
    assert "Einstellungen" in client.get("/me/", headers=GERMAN).text
    assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("accepted", "chosen", "zone"),
    [
        ("de-AT,de;q=0.9", None, "Europe/Vienna"),
        ("de-AT,de;q=0.9", "Asia/Tokyo", "Asia/Tokyo"),
        ("en-US,en", None, "UTC"),
        ("", None, "UTC"),
    ],
)
def test_language_and_time_zone_are_guessed_at_sign_up(
    client: Client, db: None, accepted: str, chosen: str | None, zone: str
) -> None:
    about = {"username": "greta", "email": "greta@example.org"}
    secret = {"password1": "a long enough secret", "password2": "a long enough secret"}
    place = {"time_zone": chosen} if chosen else {}
    headers = {"Accept-Language": accepted}
    guessed = zone if chosen is None else "Europe/Vienna"
    form = client.get("/accounts/signup/", headers=headers).text
    assert f'<option value="{guessed}" selected>' in form
    client.post("/accounts/signup/", about | secret | place, headers=headers)
    greta = User.objects.get()
    assert (greta.language, greta.time_zone) == (accepted[:2] or "en", zone)


def test_allauth_and_the_admin_speak_it_too(client: Client, alice: User) -> None:
    assert "Passwort vergessen?" in client.get("/accounts/login/", headers=GERMAN).text
    alice.is_staff = alice.is_superuser = True
    alice.language = "ar"
    alice.save()
    client.force_login(alice)
    page = client.get("/admin/").text
    assert 'dir="rtl"' in page
    assert "إدارة" in page


def test_each_is_told_in_their_own_language(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(language="de")
    notices.tell(people=[alice, bob], text=lambda: translation.gettext("Saved."))
    assert [n.text for n in (alice.notices.get(), bob.notices.get())] == ["Saved.", "Gespeichert."]
    with languages.to(User.objects.get(pk=bob.pk)):
        assert translation.get_language() == "de"
