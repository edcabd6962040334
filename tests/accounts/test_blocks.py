"""Keeping somebody's words out of one's own sight."""

import re

import pytest
from django.test import Client

from accounts.actions import blocks
from accounts.errors import Invalid
from accounts.models import Block, User
from accounts.views.look import folded
from tests.conftest import signed_in

LINK = re.compile('id="look" href="([^"]+)"')


def look_of(client: Client) -> str:
    found = LINK.search(client.get("/me/").content.decode())
    return found[1] if found else ""


def test_a_blocked_persons_rows_are_folded_on_my_pages_alone(
    as_bob: Client, as_mallory: Client, alice: User
) -> None:
    as_bob.post("/people/alice/block/")
    css = as_bob.get(look_of(as_bob))
    assert '.message:is([data-author="alice"]):not(:target' in css.content.decode()
    assert css.headers["Content-Type"].startswith("text/css")
    assert "immutable" in css.headers["Cache-Control"]
    assert not look_of(as_mallory)
    assert as_mallory.get("/me/look.css").content == b""


def test_my_settings_list_whom_i_block(as_bob: Client, alice: User, mallory: User) -> None:
    assert "Whom you block" not in as_bob.get("/me/").content.decode()
    for path in ("alice/block", "mallory/block", "alice/unblock"):
        as_bob.post(f"/people/{path}/")
    page = as_bob.get("/me/").content.decode()
    assert "Whom you block" in page
    assert 'action="/people/mallory/unblock/"' in page
    assert "alice" not in page


def test_the_address_changes_with_the_list(as_bob: Client, alice: User, mallory: User) -> None:
    seen = {look_of(as_bob)}
    for path in ("alice/block", "mallory/block", "alice/unblock"):
        as_bob.post(f"/people/{path}/")
        seen.add(look_of(as_bob))
    assert len(seen) == 4
    css = as_bob.get(look_of(as_bob)).content.decode()
    assert "mallory" in css
    assert "alice" not in css


def test_blocking_twice_is_blocking_once(bob: User, alice: User) -> None:
    for _ in range(2):
        blocks.block(by=bob, person=alice)
    bob.refresh_from_db()
    assert (bob.look, Block.objects.count()) == (1, 1)
    for _ in range(2):
        blocks.unblock(by=bob, person=alice)
    bob.refresh_from_db()
    assert (bob.look, Block.objects.count()) == (2, 0)


def test_nobody_blocks_themselves(as_bob: Client) -> None:
    assert as_bob.post("/people/bob/block/").status_code == 422
    assert not Block.objects.exists()


def test_a_list_has_an_end(bob: User, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST", 0)
    with pytest.raises(Invalid, match="at most"):
        blocks.block(by=bob, person=alice)


def test_the_stylesheet_is_nobodys_without_signing_in(client: Client, db: None) -> None:
    answer = client.get("/me/look.css")
    assert (answer.content, answer.headers["Cache-Control"]) == (b"", "no-store")


def test_a_name_cannot_end_the_rule_it_stands_in() -> None:
    css = folded(['a"]{}*{display:none}', "köln-1"])
    assert "{}*" not in css
    assert r'[data-author="a\22 \5d \7b \7d \2a \7b display\3a none\7d "]' in css
    assert r'[data-author="köln\2d 1"]' in css


def test_a_new_name_is_folded_as_the_old_one(ada: User, as_bob: Client, alice: User) -> None:
    as_bob.post("/people/alice/block/")
    before = look_of(as_bob)
    renamed = {"username": "alicia", "display_name": "", "email": "a@example.org"}
    fields = renamed | {"time_zone": "UTC", "is_active": "on"}
    signed_in(ada).post(f"/admin/accounts/user/{alice.pk}/change/", fields)
    assert look_of(as_bob) != before
    assert 'author="alicia"' in as_bob.get(look_of(as_bob)).content.decode()
