"""What people type into the search."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rooms.search.query import Query, parse
from rooms.terms import terms

pytestmark = pytest.mark.once

BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str) -> Query:
    return parse(text, ZoneInfo("UTC"))


def test_words_and_phrases_come_in_any_order_with_the_rest() -> None:
    one = read('frost in:garden "white plants" from:@ada has:link')
    other = read('HAS:link From:ada "white plants" frost IN:#garden')
    assert one.phrases == [("frost",), ("white", "plant")]
    assert sorted(other.phrases) == sorted(one.phrases)
    assert (one.rooms, one.people, one.has) == (other.rooms, other.people, other.has)
    assert (one.rooms, one.people, one.has) == (["garden"], ["ada"], ["link"])


def test_a_name_of_several_words_stands_in_quotes() -> None:
    assert read('in:"front porch" key').rooms == ["front porch"]
    assert read("in:“front porch” key").rooms == ["front porch"]


def test_an_unclosed_quote_closes_at_the_end() -> None:
    assert read('the "white frost').phrases == [("the",), ("white", "frost")]


def test_what_a_word_falls_into_is_a_phrase() -> None:
    assert read("snake_case").phrases == [("snake", "case")]
    assert read("東京").phrases == [("東", "京")]


@pytest.mark.parametrize(
    ("text", "since", "before"),
    [
        ("on:2026-11-24", datetime(2026, 11, 23, 23), datetime(2026, 11, 24, 23)),
        ("on:2026-03", datetime(2026, 2, 28, 23), datetime(2026, 3, 31, 22)),
        ("on:2026", datetime(2025, 12, 31, 23), datetime(2026, 12, 31, 23)),
        ("before:2026-11-24", None, datetime(2026, 11, 23, 23)),
        ("after:2026-11-24", datetime(2026, 11, 24, 23), None),
        ("after:2026 before:2028", datetime(2026, 12, 31, 23), datetime(2027, 12, 31, 23)),
        ("before:2026-11 before:2024", None, datetime(2023, 12, 31, 23)),
        ("after:2026-11 after:2024", datetime(2026, 11, 30, 23), None),
    ],
)
def test_dates_are_the_readers_days(
    text: str, since: datetime | None, before: datetime | None
) -> None:
    query = parse(text, BERLIN)
    assert query.since == (since and since.replace(tzinfo=UTC))
    assert query.before == (before and before.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "on:yesterday", "before:2026-02-30", "after:0000", "on:٢٠٢٦", "on:2026-13", "has:cheese",
        "x" * 501, "a " * 21, 'on:""',
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_words(text: str) -> None:
    query = read(text)
    assert query.problems
    assert not query.asks


@pytest.mark.parametrize(
    "text", ["", "  ", "...", '"', '""', "\x00", "%", "&|!()", "***", "in:", "🎉"]
)
def test_what_asks_for_nothing_asks_nothing(text: str) -> None:
    query = read(text)
    assert query.problems == []
    assert query.phrases in ([], [("in",)])


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "0001", "0001-01-01"])
def test_the_calendars_ends_are_dates(text: str) -> None:
    for key in ("on", "before", "after"):
        assert parse(f"{key}:{text}", ZoneInfo("Pacific/Kiritimati")).problems == []


@given(some.text(max_size=600))
def test_there_is_no_text_that_it_cannot_read(text: str) -> None:
    query = read(text)
    assert all(query.phrases)
    assert {term for phrase in query.phrases for term in phrase} <= set(terms(text)) | {
        term for phrase in query.phrases for term in terms(" ".join(phrase))
    }
