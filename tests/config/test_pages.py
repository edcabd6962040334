"""Health, errors and the policy that every page is under."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from rooms.models import Room

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PAGES = [
    "/",
    "/rooms/",
    "/rooms/new/",
    "/rooms/lobby/",
    "/rooms/lobby/members/",
    "/rooms/lobby/settings/",
    "/rooms/lobby/messages/9/",
    "/rooms/lobby/menu/?seq=1",
    "/rooms/no-such-room/",
    "/no-such-page/",
    "/me/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/connection/lost/",
    "/healthz",
]


def policy(header: str) -> dict[str, str]:
    return dict((part.strip() + " ").split(" ", 1) for part in header.split(";"))


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_under_the_strict_policy(
    lobby: Room, as_alice: Client, page: str, signed_in: bool
) -> None:
    answer = (as_alice if signed_in else Client()).get(page)
    found = policy(answer["Content-Security-Policy"])
    for directive, value in STRICT.items():
        sources = found[directive].split()
        assert sources[0] == value
        assert all(source.startswith("'nonce-") for source in sources[1:])
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_alive_and_ready(client: Client, db: None) -> None:
    assert client.get("/healthz").content == b"alive\n"
    assert client.get("/readyz").content == b"ready\n"


def test_the_front_door_leads_on(client: Client, as_alice: Client) -> None:
    assert client.get("/").status_code == 200
    assert as_alice.get("/").headers["Location"] == "/rooms/"


def test_a_fault_shows_a_plain_page(as_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from rooms import access

    def fail(*_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(access, "membership", fail)
    as_alice.raise_request_exception = False
    answer = as_alice.get("/rooms/lobby/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "on purpose" not in answer.content.decode()


def test_a_forged_form_is_refused_kindly(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post("/rooms/new/", {"name": "x"})
    assert answer.status_code == 403
    assert not Room.objects.exists()


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b"])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_admin_is_entered_through_the_sites_own_sign_in(as_alice: Client, alice: User) -> None:
    assert "/accounts/login/" in Client().get("/admin/login/").headers["Location"]
    assert as_alice.get("/admin/").status_code == 302
    User.objects.filter(pk=alice.pk).update(is_staff=True, is_superuser=True)
    answer = as_alice.get("/admin/accounts/user/")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/accounts/login/", "/no-such-page/"])
def test_every_page_can_be_installed_from(client: Client, db: None, path: str) -> None:
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get(path).text


def test_the_manifest_names_the_site_and_icons_that_are_there(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    about = answer.json()
    assert (about["name"], about["start_url"], about["display"]) == ("Hubbub", "/", "standalone")
    for icon in about["icons"]:
        file = Path(settings.BASE_DIR) / icon["src"].lstrip("/")
        assert file.is_file(), icon["src"]
        if icon["type"] == "image/png":
            header = file.read_bytes()[:24]
            width, height = int.from_bytes(header[16:20]), int.from_bytes(header[20:24])
            assert icon["sizes"] == f"{width}x{height}"
