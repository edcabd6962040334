"""Text as the search reads it: words made alike, the same for what is kept and what is asked.

One analyser for both databases, so that they find the same; neither of theirs is asked to read
any language. A word is folded (case, accents, width) and, if English, brought to its stem.
Scripts that are written without spaces have a term for each letter: what is asked for is then
found as letters in a row.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from snowballstemmer import stemmer

LONGEST = 64
MARK = "\ue000"  # begins a term that no text can have

_MARKS = "".join(
    re.escape(chr(code))
    for code in range(0x300, 0x1F000)
    if unicodedata.category(chr(code)).startswith("M")
)
# Thai to Myanmar, Khmer, kana and Bopomofo, Hangul, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"(?=[^\W_])(?:[{UNSPACED}][{_MARKS}]*|(?:(?![{UNSPACED}])[^\W_][{_MARKS}]*)+)")
_ENGLISH = stemmer("english")
_one_at_a_time = Lock()  # a stemmer keeps the word that it works on


class Span(NamedTuple):
    """Where in a text a term stands."""

    start: int
    end: int
    term: str


def spans(text: str) -> Iterator[Span]:
    """Each word of the text, in order, with its place."""
    for found in _WORD.finditer(text):
        if term := term_of(found[0]):
            yield Span(found.start(), found.end(), term)


def terms(text: str) -> list[str]:
    return [span.term for span in spans(text)]


@lru_cache(maxsize=50_000)
def term_of(word: str) -> str:
    """The term of one word, "" if nothing is left of it."""
    term = _folded(word)
    if term.isascii() and term.isalpha() and len(term) < LONGEST:
        with _one_at_a_time:
            term = _ENGLISH.stemWord(term)
    return sys.intern(term[:LONGEST])


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word).casefold()
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", apart)
        if letter.isalnum() or unicodedata.category(letter) == "Mc"
    )
