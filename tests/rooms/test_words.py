"""Words that are not wanted, found in a text, in a time that follows its length alone."""

import time

import pytest

from rooms.errors import Invalid
from rooms.markup import clean
from rooms.words import MOST, Reading, Words, automaton, checked

pytestmark = pytest.mark.once


def read(text: str, *, blocked: str = "", held: str = "", masked: str = "") -> Reading:
    return Words(1, (automaton(blocked, held, masked),)).read(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("badword", "a badword."),
        ("badword", "BADWORD"),
        ("badword", "ｂａｄｗｏｒｄ"),
        ("STRASSE", "straße"),
        ("badword", "bad\u200bw\u00adord"),
        ("badword", "bad\ufe00w\U000e0100o\u206ar\U0001d173d"),
        ("badword", "**bad**word"),
        ("badword", "bad**\u200b**word"),
        ("badword", "_badword_"),
        ("badword", "(badword)"),
        ("buy  now", "please BUY\n now"),
        ("spam*", "Spammers"),
        ("*corn", "popcorn"),
        ("*oat*", "floating"),
        ("中国", "我在中国呢"),
        ("🖕", "so🖕there"),
        ("caf\u00e9", "cafe\u0301"),
    ],
)
def test_a_word_is_found(word: str, text: str) -> None:
    kept = "\n".join(checked(word))
    assert read(text, blocked=kept).blocked
    assert read(text, held=kept).held
    assert "•••" in read(text, masked=kept).text


# Default_Ignorable_Code_Point in DerivedCoreProperties.txt of Unicode 16.
IGNORABLE = """
00AD 034F 061C 115F..1160 17B4..17B5 180B..180F 200B..200F 202A..202E 2060..206F 3164 FE00..FE0F
FEFF FFA0 FFF0..FFF8 1BCA0..1BCA3 1D173..1D17A E0000..E0FFF
"""


def test_nothing_that_unicode_calls_ignorable_hides_a_word() -> None:
    words = Words(1, (automaton("badword", "", ""),))
    passed = []
    for part in IGNORABLE.split():
        ends = [int(end, 16) for end in part.split("..")]
        for sign in map(chr, range(ends[0], ends[-1] + 1)):
            if not words.read(clean(f"bad{sign}word")).blocked:
                passed.append(f"{ord(sign):X}")
    assert passed == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "class, assess, grass"),
        ("spam*", "antispam"),
        ("*corn", "cornfield"),
        ("buy now", "buy it now"),
        ("schon", "schön"),
        ("bad", "b a d"),
        ("a.c", "abc"),
        ("a+", "aaaa"),
    ],
)
def test_a_word_is_not_found_in_another(word: str, text: str) -> None:
    assert read(text, blocked=word, held=word, masked=word) == Reading(text)


def test_only_the_words_are_hidden_and_those_that_touch_are_one() -> None:
    assert read("Oh gosh, GOSH darn it!", masked="gosh\ndarn").text == "Oh •••, ••• ••• it!"
    assert read("goshdarn", masked="gosh*\n*oshdarn").text == "•••"
    assert read("spammers!", masked="spam*").text == "•••!"


def test_the_first_word_is_named_as_it_was_typed() -> None:
    assert read("well, Two and one", blocked="one\ntwo").blocked == "Two"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("\n".join(f"*{'a' * n}*" for n in range(2, 58)), "a" * 10_000),
        ("\n".join("a" * n for n in range(1, 60)), "a" * 10_000),
        ("\n".join(f"{'a' * n}b" for n in range(2, 59)), "a" * 10_000),
        ("\n".join(f"{'ab' * 25}{n}" for n in range(MOST)), "ab" * 5_000),
        ("a", "\ufdfa" * 10_000),
        ("ab", "a*b`" * 2_500),
        ("ab", "a" + "\u3164" * 9_999),
        ("ab", "a\u3164*\u2065" * 2_500),
        ("(a+)+$", "a" * 9_999 + "!"),
    ],
)
def test_nothing_makes_it_slow(words: str, text: str) -> None:
    made = automaton(words, words, words)
    begun = time.process_time()
    Words(1, (made, made)).read(text)
    assert time.process_time() - begun < 3


def test_a_list_is_kept_without_what_is_double_or_empty() -> None:
    assert checked(" Spam \n\n\x00\nspam\r\nbuy   now\n\u200b\n") == ["Spam", "buy now"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("x" * 61, "at most 60"),
        ("a*b", "in the middle"),
        ("*", "everywhere"),
        ("**", "everywhere"),
        ("a*", "nearly everywhere"),
        ("\n".join(f"word{n}" for n in range(10_000)), "9500 too many"),
    ],
)
def test_what_is_no_word_is_refused_with_a_reason(typed: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        checked(typed)
