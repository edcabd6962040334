"""The site's log: filtered, paged, taken away as a table that no spreadsheet runs."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import audit
from accounts.models import User
from accounts.views.audit import safe
from rooms.models import Room


@pytest.fixture
def entries(ada: User, grace: User, bob: User, mallory: User) -> None:
    audit.record(by=ada, verb="suspended", target=bob, reason="reason-one")
    audit.record(by=grace, verb="suspended", target=mallory, reason="reason-two")
    audit.record(by=ada, verb="muted", target=mallory, area="room:7", reason="reason-three")
    audit.record(by=None, verb="purged", area="room:7", subject="reason-four")


def shown(client: Client, query: str) -> set[str]:
    page = client.get(f"/staff/log/?{query}").content.decode()
    return {word for word in ("one", "two", "three", "four") if f"reason-{word}" in page}


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"one", "two", "three", "four"}),
        ("actor=ada", {"one", "three"}),
        ("actor=@ada&verb=muted", {"three"}),
        ("target=mallory", {"two", "three"}),
        ("area=room:7", {"three", "four"}),
        ("verb=suspended", {"one", "two"}),
        ("actor=nobody", set()),
        ("verb=a%00b", set()),
        ("since=0001-01-01&until=9999-12-31", {"one", "two", "three", "four"}),
        ("since=soon&before=x", {"one", "two", "three", "four"}),
    ],
)
def test_the_log_is_filtered(as_grace: Client, query: str, found: set[str]) -> None:
    assert shown(as_grace, query) == found
    text = b"".join(as_grace.get(f"/staff/log.csv?{query}")).decode()
    assert {word for word in ("one", "two", "three", "four") if f"reason-{word}" in text} == found


@pytest.mark.usefixtures("entries")
def test_days_bound_it_on_both_sides(as_grace: Client) -> None:
    assert len(shown(as_grace, f"since={day(0)}&until={day(0)}")) == 4
    assert not shown(as_grace, f"since={day(1)}")
    assert not shown(as_grace, f"until={day(-1)}")


@pytest.mark.parametrize("address", ["/staff/log/", "/rooms/lobby/log/"])
def test_a_day_that_is_none_is_said_to_be_left_out(
    lobby: Room, as_ada: Client, address: str
) -> None:
    for typed in ("soon", "2026-02-30", "0001-01-01", "<b>"):
        assert "is no day, and was left out" in as_ada.get(address, {"until": typed}).text, typed
    assert "is no day" not in as_ada.get(address, {"since": "2026-02-28", "until": ""}).text


def test_it_says_where_and_what_was_changed(
    as_grace: Client, alice: User, bob: User, lobby: Room
) -> None:
    audit.record(
        by=alice, verb="changed role", area=lobby.area, target=bob,
        before={"role": "member"}, after={"role": "owner"},
    )  # fmt: skip
    audit.record(by=alice, verb="muted", area="room:999999", target=bob)
    for path in ("/staff/log/", "/people/bob/"):
        page = as_grace.get(path).content.decode()
        assert f'<a href="/staff/log/?area=room%3A{lobby.pk}">lobby</a>' in page
        assert "room:999999</a>" in page
        assert "<small>role: <bdi>Owner</bdi></small>" in page
        assert "before: role: <bdi>Member</bdi>" in page


def test_pages_follow_one_another_at_the_same_cost(
    as_grace: Client, ada: User, bob: User, client: Client
) -> None:
    for number in range(120):
        audit.record(by=ada, verb="warned", target=bob, subject=f"<{number}>")
    seen, query, costs = [], "verb=warned", set()
    while query:
        with CaptureQueriesContext(connection) as captured:
            answer = as_grace.get(f"/staff/log/?{query}")
        costs.add(len(captured))
        page = answer.context
        seen += [entry.subject for entry in page["entries"]]
        query = f"verb=warned&before={page['before']}" if page["before"] else ""
    assert seen == [f"<{number}>" for number in reversed(range(120))]
    assert costs == {5}


def test_the_table_holds_all_and_nothing_that_a_spreadsheet_runs(
    as_grace: Client, ada: User, bob: User
) -> None:
    for number in range(520):
        audit.record(by=ada, verb="warned", target=bob, subject=str(number))
    audit.record(by=ada, verb="warned", target=bob, reason='=HYPERLINK("http://evil")')
    answer = as_grace.get("/staff/log.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(b"".join(answer).decode().splitlines()))
    assert len(rows) == 522
    assert rows[1][6] == '\'=HYPERLINK("http://evil")'
    assert rows[1][2:5] == ["ada", "warned", "bob"]
    assert rows[-1][5] == "0"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_as_a_formula_does(begin: str) -> None:
    assert safe(f"{begin}1+1") == f"'{begin}1+1"
    assert safe(f"a{begin}") == f"a{begin}"


@pytest.mark.parametrize("path", ["/staff/log/", "/staff/log.csv"])
def test_for_others_it_is_not_there(as_bob: Client, client: Client, path: str) -> None:
    assert as_bob.get(path).status_code == 404
    assert client.get(path).status_code == 302
    assert as_bob.post(path).status_code == 405
