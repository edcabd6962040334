"""Letters can be read as HTML, which says what their text says."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.stationery import on_paper

OWN = "https://chat.example.org/"
SAID = f"Hello <b>you</b>,\n{OWN}rooms/\n\nhttps://evil.example/\n{OWN}a b\n"
BODY = f"{SAID}\n-- \nHubbub, chat.example.org\n"


def html(message: EmailMultiAlternatives) -> str:
    (alternative,) = message.alternatives
    assert alternative[1] == "text/html"
    return str(alternative[0])


def test_an_address_of_the_site_on_a_line_of_its_own_is_a_link_and_no_other() -> None:
    made = html(on_paper(EmailMultiAlternatives("[Hubbub] A <word>", BODY), OWN))
    assert made.count("<a href") == made.count(f'<a href="{OWN}rooms/"') == 1
    assert "https://evil.example/<br>" in made
    assert "Hello &lt;b&gt;you&lt;/b&gt;,<br>" in made
    assert "<title>[Hubbub] A &lt;word&gt;</title>" in made
    assert "<footer>Hubbub, chat.example.org</footer>" in made


@pytest.mark.parametrize(
    ("language", "beginning"),
    [("en", '<html lang="en" dir="ltr">'), ("ar", '<html lang="ar" dir="rtl">')],
)
def test_it_runs_as_its_language_does(language: str, beginning: str) -> None:
    with translation.override(language):
        assert beginning in html(on_paper(EmailMultiAlternatives("", "-"), OWN))


def test_a_letter_of_the_accounts_is_both(
    client: Client, alice: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (address,) = [line for line in mailoutbox[0].body.splitlines() if line.startswith("http://")]
    assert f'<a href="{address}">' in html(mailoutbox[0])
