"""Words that a room or the site does not want: found in a text in one pass, whatever they are.

A word is whole: it stands between letters of no other. A `*` at its beginning or end lets letters
stand there; anywhere else a `*` is not understood. No pattern of anybody's is ever run: all words
of a list are one automaton, which looks at each letter of a text once.

Source: Aho and Corasick, Efficient string matching, 1975.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rooms.errors import Invalid
from rooms.markup import UNSEEN, clean
from rooms.terms import UNSPACED

LONGEST = 60
MOST = 500
MASK = "•••"
BLOCKED, HELD, MASKED = "blocked", "held", "masked"

UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
_SPACES = re.compile(r"\s\s|[^\S ]")  # white space that is not one space
_UNSEEN = re.compile(f"[{UNSEEN}]")
# Signs of markup within a word, which are not seen once it is rendered, and what is never seen.
_WITHIN = re.compile(rf"(?<=\w)[*_~`\\{UNSEEN}]+(?=\w)")


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
        """Each letter once for each list, or twice where markup stands within words."""
        lists = [each for each in self.lists if each]
        if not lists:
            return Reading(text)
        seen = [_folded(text)]
        if hidden := {at for found in _WITHIN.finditer(text) for at in range(*found.span())}:
            seen.append(_folded(text, hidden))
        hits = sorted({hit for each in lists for folded in seen for hit in each.hits(folded)})
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


class Automaton:
    """All words of a list at once: a node for each beginning of one, the first for none.

    `next` leads on by a letter, `back` to the longest other beginning that ends alike, `found` has
    the words that end here, the longest first.
    """

    def __init__(self) -> None:
        self.next: list[dict[str, int]] = [{}]
        self.back = [0]
        self.found: list[list[tuple[int, bool, bool, str]]] = [[]]

    def __bool__(self) -> bool:
        return len(self.next) > 1

    def add(self, word: Word, kind: str) -> None:
        at = 0
        for letter in word.text:
            if letter not in self.next[at]:
                self.next[at][letter] = len(self.next)
                self.next.append({})
                self.back.append(0)
                self.found.append([])
            at = self.next[at][letter]
        self.found[at].append((len(word.text), word.open_before, word.open_after, kind))

    def link(self) -> None:
        """Where to go on from where a word does not: once, after the last `add`."""
        waiting = deque(self.next[0].values())
        while waiting:
            here = waiting.popleft()
            self.found[here] += self.found[self.back[here]]
            for letter, child in self.next[here].items():
                waiting.append(child)
                at = self.back[here]
                while at and letter not in self.next[at]:
                    at = self.back[at]
                self.back[child] = self.next[at].get(letter, 0)

    def hits(self, text: "Folded") -> Iterator[Hit]:
        """At each letter the longest word of each kind that ends there: no shorter one matters."""
        onward, back, found = self.next, self.back, self.found
        at = 0
        for last, letter in enumerate(text.letters):
            while at and letter not in onward[at]:
                at = back[at]
            at = onward[at].get(letter, 0)
            if found[at]:
                yield from text.standing(found[at], last)


class Folded:
    """The letters of a text that are compared, and from where to where each of them was typed."""

    def __init__(self, letters: Sequence[str], places: Sequence[tuple[int, int]] | None) -> None:
        self.letters = letters
        self.places = places
        self._edges: tuple[list[bool], list[bool], list[int], list[int]] | None = None

    def standing(self, words: Iterable[tuple[int, bool, bool, str]], last: int) -> Iterator[Hit]:
        """Those of these words, all of which end at `last`, that stand there by themselves."""
        begins, ends, whole_from, whole_to = self._edges = self._edges or _edges(self.letters)
        told: set[str] = set()
        for length, open_before, open_after, kind in words:
            first = last - length + 1
            stands = (open_before or begins[first]) and (open_after or ends[last])
            if stands and kind not in told:
                told.add(kind)
                yield Hit(self._typed(whole_from[first])[0], self._typed(whole_to[last])[1], kind)

    def _typed(self, at: int) -> tuple[int, int]:
        return self.places[at] if self.places is not None else (at, at + 1)


def _word(shown: str) -> Word:
    before, after = shown.startswith("*"), shown.endswith("*")
    inner = shown.removeprefix("*").removesuffix("*").strip()
    if len(shown) > LONGEST:
        raise Invalid(
            _("A word has at most %(most)s letters: “%(word)s…” has more.")
            % {"most": LONGEST, "word": shown[:20]}
        )
    text = "".join(_folded(inner).letters)
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


def _folded(text: str, hidden: Container[int] = ()) -> Folded:
    """Case and width are alike (casefold, NFKC, for each letter with its marks), white space is
    one space, what is not seen is not there, nor are the letters at `hidden`.
    """
    if text.isascii() and not hidden and not _SPACES.search(text):
        return Folded(text.lower(), None)
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for start, end in _clusters(text):
        cluster = "" if start in hidden else text[start:end]
        for letter in _fold(cluster):
            if letter == " " and letters and letters[-1] == " ":
                continue
            letters.append(letter)
            places.append((start, end))
    return Folded(letters, places)


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
    seen = "".join(letter for letter in cluster if not _is_hidden(letter))
    once = unicodedata.normalize("NFKC", seen).casefold()
    return unicodedata.normalize("NFKC", once)


def _is_hidden(letter: str) -> bool:
    return bool(_UNSEEN.match(letter)) or unicodedata.category(letter) == "Cf"


def _edges(
    letters: Sequence[str],
) -> tuple[list[bool], list[bool], list[int], list[int]]:
    """For each place whether a word can begin there, and end there; where the word around it
    begins, and where it ends. In scripts without spaces each letter is a word.
    """
    inside = [letter.isalnum() and not UNSPACED_LETTER.match(letter) for letter in letters]
    joined = [one and other for one, other in pairwise(inside)]
    begins = [True, *(not both for both in joined)]
    ends = [*(not both for both in joined), True]
    first, last = list(range(len(letters))), list(range(len(letters)))
    for at in range(1, len(letters)):
        if not begins[at]:
            first[at] = first[at - 1]
    for at in range(len(letters) - 2, -1, -1):
        if not ends[at]:
            last[at] = last[at + 1]
    return begins, ends, first, last


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
