"""Words that a room or the site does not want: found in a text in one pass, whatever they are.

A word is whole: it stands between letters of no other. A `*` at its beginning or end lets letters
stand there; anywhere else a `*` is not understood. No pattern of anybody's is ever run: all words
of a list are one automaton, which looks at each letter of a text once.

Source: Aho and Corasick, Efficient string matching, 1975.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rooms.errors import Invalid
from rooms.markup import clean
from rooms.terms import UNSPACED

LONGEST = 60
MOST = 500
MASK = "•••"
BLOCKED, HELD, MASKED = "blocked", "held", "masked"

_UNSPACED = re.compile(f"[{UNSPACED}]")
# Signs of markup within a word, which are not seen once it is rendered.
_WITHIN = re.compile(r"(?<=\w)[*_~`\\]+(?=\w)")
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u2800\u3164\ufeff\uffa0"
    "\u180b\u180c\u180d\u180e\u180f\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064"
    "\ufe0e\ufe0f"
)


class Word(NamedTuple):
    """`text` folded; whether another letter may stand before it and after it."""

    text: str
    open_before: bool
    open_after: bool


class Hit(NamedTuple):
    """Where in the text as typed a word of which kind stands."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it may be said: masked where it has to be, with the first word that forbids it
    and the first for which it has to wait, each as it was typed, or "".
    """

    text: str
    blocked: str = ""
    held: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The site's words and a room's; `version` tells whether they are still the same."""

    version: int = 0
    lists: tuple["Automaton", ...] = ()

    def read(self, text: str) -> Reading:
        """One pass for each list; a few milliseconds for the longest message."""
        hits = sorted({hit for each in self.lists for hit in each.hits(text)})
        first = {hit.kind: text[hit.start : hit.end] for hit in reversed(hits)}
        masked = _masked(text, [hit for hit in hits if hit.kind == MASKED])
        return Reading(masked, first.get(BLOCKED, ""), first.get(HELD, ""))


def checked(typed: str) -> list[str]:
    """The words of a form's box, one a line, each once, as they are kept. Raises Invalid."""
    found: dict[str, str] = {}
    for line in clean(typed).split("\n"):
        shown = " ".join(clean(line).split())
        if shown:
            word = _word(shown)
            found.setdefault(repr(word), shown)
    if len(found) > MOST:
        raise Invalid(
            ngettext(
                "A list has at most %(most)s words; this one has %(over)s too many.",
                "A list has at most %(most)s words; this one has %(over)s too many.",
                len(found) - MOST,
            )
            % {"most": MOST, "over": len(found) - MOST}
        )
    return list(found.values())


@lru_cache(maxsize=256)
def automaton(blocked: str, held: str, masked: str) -> "Automaton":
    """Made once for each list that there is, in each process; words stand one a line."""
    made = Automaton()
    for kind, words in ((BLOCKED, blocked), (HELD, held), (MASKED, masked)):
        for shown in filter(None, words.split("\n")):
            made.add(_word(shown), kind)
    made.link()
    return made


@dataclass(slots=True)
class Node:
    """`found` are the words that end here, the longest first, those of shorter ends included."""

    next: dict[str, int] = field(default_factory=dict)
    back: int = 0
    found: list[tuple[int, bool, bool, str]] = field(default_factory=list)


class Automaton:
    """All words of a list at once."""

    def __init__(self) -> None:
        self.nodes = [Node()]

    def add(self, word: Word, kind: str) -> None:
        at = 0
        for letter in word.text:
            if letter not in self.nodes[at].next:
                self.nodes[at].next[letter] = len(self.nodes)
                self.nodes.append(Node())
            at = self.nodes[at].next[letter]
        self.nodes[at].found.append((len(word.text), word.open_before, word.open_after, kind))

    def link(self) -> None:
        """Where to go on from where a word does not: once, after the last `add`."""
        waiting = deque(self.nodes[0].next.values())
        while waiting:
            here = self.nodes[waiting.popleft()]
            here.found += self.nodes[here.back].found
            for letter, child in here.next.items():
                waiting.append(child)
                self.nodes[child].back = self._step(here.back, letter)

    def hits(self, text: str) -> Iterator[Hit]:
        """Every word of the list that stands in `text`, seen with and without markup in it."""
        if len(self.nodes) == 1:
            return
        yield from self._hits(*_folded(text, ()))
        hidden = [at for found in _WITHIN.finditer(text) for at in range(*found.span())]
        if hidden:
            yield from self._hits(*_folded(text, hidden))

    def _hits(self, folded: list[str], places: list[tuple[int, int]]) -> Iterator[Hit]:
        """At each letter the longest word of each kind that ends there: no shorter one matters."""
        begins = [_is_edge(folded, at, -1) for at in range(len(folded))]
        ends = [_is_edge(folded, at, 1) for at in range(len(folded))]
        whole_from, whole_to = _wholes(begins, ends)
        at = 0
        for last, letter in enumerate(folded):
            at = self._step(at, letter)
            told: set[str] = set()
            for length, open_before, open_after, kind in self.nodes[at].found:
                first = last - length + 1
                stands = (open_before or begins[first]) and (open_after or ends[last])
                if stands and kind not in told:
                    told.add(kind)
                    yield Hit(places[whole_from[first]][0], places[whole_to[last]][1], kind)

    def _step(self, at: int, letter: str) -> int:
        while at and letter not in self.nodes[at].next:
            at = self.nodes[at].back
        return self.nodes[at].next.get(letter, 0)


def _word(shown: str) -> Word:
    before, after = shown.startswith("*"), shown.endswith("*")
    inner = shown.removeprefix("*").removesuffix("*").strip()
    if len(shown) > LONGEST:
        raise Invalid(
            _("A word has at most %(most)s letters: “%(word)s…” has more.")
            % {"most": LONGEST, "word": shown[:20]}
        )
    text = "".join(_folded(inner, ())[0])
    if not text.strip():
        raise Invalid(_("“%(word)s” would be found everywhere. Write a word.") % {"word": shown})
    if "*" in inner:
        raise Invalid(
            _("In “%(word)s”, the * stands in the middle: it can only begin or end a word.")
            % {"word": shown}
        )
    if (before or after) and len(text) < 2:
        raise Invalid(
            _("“%(word)s” would be found nearly everywhere. Write two letters beside the *.")
            % {"word": shown}
        )
    return Word(text, before, after)


def _folded(text: str, hidden: Iterable[int]) -> tuple[list[str], list[tuple[int, int]]]:
    """The letters that are compared, and from where to where in `text` each of them stands.

    Case and width are alike (casefold, NFKC, for each letter with its marks), white space is one
    space, what is not seen is not there.
    """
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    left_out = set(hidden)
    for start, end in _clusters(text):
        cluster = "" if start in left_out else text[start:end]
        for letter in _fold(cluster):
            if letter == " " and letters and letters[-1] == " ":
                continue
            letters.append(letter)
            places.append((start, end))
    return letters, places


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Each letter with the marks that follow it."""
    if text.isascii():
        yield from ((at, at + 1) for at in range(len(text)))
        return
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.category(text[at]).startswith("M"):
            yield start, at
            start = at


@lru_cache(maxsize=4096)
def _fold(cluster: str) -> str:
    if cluster.isspace():
        return " "
    seen = "".join(letter for letter in cluster if letter not in _INVISIBLE)
    once = unicodedata.normalize("NFKC", seen).casefold()
    return unicodedata.normalize("NFKC", once)


def _is_edge(letters: list[str], at: int, step: int) -> bool:
    """Whether a word that begins or ends at `at` goes on for no letter in that direction."""
    beyond = at + step
    if not 0 <= beyond < len(letters):
        return True
    here, there = letters[at], letters[beyond]
    return not (here.isalnum() and there.isalnum()) or bool(_UNSPACED.match(here))


def _wholes(begins: list[bool], ends: list[bool]) -> tuple[list[int], list[int]]:
    """For each place the one at which the word around it begins, and the one at which it ends."""
    first, last = list(range(len(begins))), list(range(len(ends)))
    for at in range(1, len(begins)):
        if not begins[at]:
            first[at] = first[at - 1]
    for at in range(len(ends) - 2, -1, -1):
        if not ends[at]:
            last[at] = last[at + 1]
    return first, last


def _masked(text: str, hits: list[Hit]) -> str:
    """The text with one mask for each stretch of words, those that overlap being one."""
    parts: list[str] = []
    upto = 0
    stretch_end = -1
    for start, end, _kind in hits:
        if start >= stretch_end:
            parts += [text[upto:start], MASK]
        stretch_end = upto = max(stretch_end, end)
    return "".join([*parts, text[upto:]])
