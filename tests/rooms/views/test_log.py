"""A room's log: filtered, paged, and taken away as a table that no spreadsheet runs."""

import csv
import re
from typing import Any

from django.db import transaction
from django.test import Client

from accounts.actions import audit
from accounts.models import User
from rooms import access, actions
from rooms.models import Room
from tests.rooms.views.test_budgets import queries


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, address: str) -> list[list[str]]:
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(b"".join(answer).decode().splitlines()))


def write(room: Room, by: User, verb: str, **given: Any) -> None:
    with transaction.atomic():
        audit.record(by=by, verb=verb, area=room.area, **given)


def test_it_is_filtered_by_verb_by_person_and_by_day(
    lobby: Room, alice: User, bob: User, carol: User, as_carol: Client
) -> None:
    write(lobby, carol, "muted", target=bob, reason="first")
    write(lobby, alice, "banned", target=bob, reason="second")
    write(lobby, alice, "muted", target=carol, reason="third")
    for asked, seen in (
        ("", "first second third"),
        ("?verb=muted", "first third"),
        ("?target=bob", "first second"),
        ("?person=@bob", "first second"),
        ("?actor=alice&verb=muted", "third"),
        ("?actor=nobody", ""),
        ("?verb=%00muted", "first third"),
        ("?since=2199-01-01", ""),
        ("?since=nonsense&until=2199-01-01", "first second third"),
        ("?area=site", "first second third"),
    ):
        found = re.findall("first|second|third", page(as_carol, f"/rooms/lobby/log/{asked}"))
        assert sorted(found) == sorted(seen.split()), asked
        rows = table(as_carol, f"/rooms/lobby/log.csv{asked}")
        assert sorted(row[6] for row in rows[1:]) == sorted(seen.split()), asked


def test_no_cell_of_the_table_is_a_formula_and_no_other_room_is_in_it(
    lobby: Room, den: Room, alice: User, as_carol: Client, as_bob: Client
) -> None:
    write(lobby, alice, "muted", reason='=HYPERLINK("https://evil.example/")', subject="@SUM(1)")
    write(den, alice, "muted", reason="a secret")
    rows = table(as_carol, "/rooms/lobby/log.csv")
    assert [row[5:7] for row in rows[1:]] == [["'@SUM(1)", '\'=HYPERLINK("https://evil.example/")']]
    refusal = as_bob.get("/rooms/lobby/log.csv")
    assert refusal.status_code == 403
    assert "ask those who look after this room" in refusal.content.decode()
    assert as_carol.get(f"/rooms/{den.slug}/log.csv").status_code == 404


def test_its_pages_cost_the_same_and_keep_the_filter(
    lobby: Room, alice: User, as_alice: Client
) -> None:
    costs = set()
    for _ in range(2):
        for number in range(60):
            write(lobby, alice, "muted" if number % 2 else "banned")
        costs.add(len(queries(lambda: as_alice.get("/rooms/lobby/log/?verb=muted"))))
    assert costs == {5}
    html = page(as_alice, "/rooms/lobby/log/?verb=muted")
    following = re.findall(r'rel="next" href="(\?verb=muted&amp;before=\d+)"', html)
    second = page(as_alice, "/rooms/lobby/log/" + following[0].replace("&amp;", "&"))
    assert second.count("<time datetime=") == 10
    member = access.membership(alice, lobby.slug)
    actions.rooms.change(by=member, topic="Another")
    assert "changed room" in page(as_alice, "/rooms/lobby/log/?verb=changed+room")
