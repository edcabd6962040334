"""What a result shows of a message."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rooms.search.snippets import score, snippet
from rooms.terms import terms

pytestmark = pytest.mark.once


def test_the_words_are_marked_in_the_form_that_they_have() -> None:
    assert snippet("We planted a Plant.", [("plant",)]) == (
        "We <mark>planted</mark> a <mark>Plant</mark>."
    )


def test_a_phrase_is_one_mark_and_its_words_alone_are_none() -> None:
    assert snippet("white frost, frost", [("white", "frost")]) == "<mark>white frost</mark>, frost"


def test_text_stays_text() -> None:
    text = "<b>frost</b> & \"quotes\" <script>alert('frost')</script>"
    shown = snippet(text, [("frost",)])
    assert re.findall("<[^>]*>", shown) == ["<mark>", "</mark>"] * 2
    assert "&lt;script&gt;" in shown


def test_of_a_long_text_the_part_that_matters_is_shown() -> None:
    text = "frost " + "and on " * 200 + "frost and frost and key " + "and off " * 200
    shown = snippet(text, [("frost",), ("key",)])
    assert shown.count("<mark>") == 3
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 420


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    shown = snippet("x" * 3000 + "東京" + "x" * 3000, [("東", "京")])
    assert "<mark>東京</mark>" in shown
    assert len(shown) < 420


@given(some.text(max_size=900), some.lists(some.text(max_size=9), max_size=3))
def test_a_snippet_is_short_and_marks_are_all_that_is_in_it(text: str, words: list[str]) -> None:
    phrases = [phrase for word in words if (phrase := tuple(terms(word)))]
    shown = snippet(text, phrases)
    assert set(re.findall("<[^>]*>", shown)) <= {"<mark>", "</mark>"}
    assert len(re.sub("<[^>]*>|&[^;]*;", "x", shown)) < 420
    assert score(text, phrases) >= 0
