"""What the log may say was done: one list, of what the code says."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.test import Client

from accounts.apps import AccountsConfig
from accounts.models.audit import verbs
from rooms.apps import RoomsConfig

ROOT = Path(__file__).resolve().parents[2]


def said(app: str) -> Iterator[str]:
    """Each verb that an app's code records: they alone are named without being translated."""
    for path in (ROOT / app).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "gettext_noop":
                yield ast.literal_eval(call.args[0])


def test_each_verb_that_is_recorded_can_be_chosen_and_no_other() -> None:
    assert set(said("accounts")) == set(AccountsConfig.verbs)
    assert set(said("rooms")) <= set(RoomsConfig.verbs)
    assert set(verbs()) == set(said("accounts")) | set(said("rooms"))
    assert len(verbs()) == len(set(verbs()))


def test_both_logs_offer_them(as_grace: Client, as_alice: Client, lobby: object) -> None:
    site, room = as_grace.get("/staff/log/").text, as_alice.get("/rooms/lobby/log/").text
    assert all(f'<option value="{verb}">' in site for verb in verbs())
    assert '<option value="muted">' in room
    assert '<option value="suspended">' not in room
