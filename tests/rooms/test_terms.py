"""Words made alike, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rooms.terms import MARK, spans, terms

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("plants", "planting"),
        ("Café", "CAFE\u0301"),
        ("Straße", "STRASSE"),
        ("Ångström", "angstrom"),
        ("ﬁne", "fine"),
        ("２０２６", "2026"),
        ("Ελλάς", "ελλας"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("Hello-World", "hello world"),
        ("snake_case()", "snake, case"),
    ],
)
def test_words_that_are_the_same_to_a_reader_are_the_same(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_scripts_without_spaces_have_a_term_for_each_letter() -> None:
    assert terms("東京都にnginx") == ["東", "京", "都", "に", "nginx"]
    assert len(terms("서연이")) == 3


def test_words_of_other_scripts_stay_whole() -> None:
    assert len(terms("नमस्ते दुनिया")) == 2
    assert len(terms("Ольга Лебедева")) == 2


@pytest.mark.parametrize("text", ["", " ", "...", "_", "\u0301", "🎉", "\u200d", MARK])
def test_what_is_no_word_has_no_term(text: str) -> None:
    assert terms(text) == []


def test_a_long_word_is_cut_the_same_everywhere() -> None:
    assert terms("x" * 5000) == terms("x" * 6000) == ["x" * 64]


@given(some.text())
def test_spans_are_in_order_and_terms_need_no_quotes(text: str) -> None:
    end = 0
    for span in spans(text):
        assert end <= span.start < span.end <= len(text)
        assert not set(span.term) & set(" '\"\\:*()&|!<>\x00" + MARK)
        end = span.end
