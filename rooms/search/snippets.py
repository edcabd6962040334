"""A message as a search result shows it: the part that was looked for, with the words marked."""

import re
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rooms.search.query import Phrase
from rooms.terms import Span, spans

LENGTH = 240
BEFORE = 60
_MARKUP = re.compile(r"[*_~]{2,}|`+|^ {0,3}(?:#{1,6} |> ?)+", re.MULTILINE)


def snippet(text: str, phrases: Sequence[Phrase]) -> SafeString:
    """HTML: at most some 300 characters of `text`, around where most of `phrases` stand."""
    text = " ".join(_MARKUP.sub("", text).split())
    hits = _hits(list(spans(text)), phrases)
    first, last = _window(text, hits)
    pieces, at = [], first
    for hit in hits:
        if at <= hit[0] and hit[1] <= last:
            pieces += [escape(text[at : hit[0]]), f"<mark>{escape(text[hit[0] : hit[1]])}</mark>"]
            at = hit[1]
    pieces.append(escape(text[at:last]))
    shown = "".join(pieces)
    return mark_safe(f"{'… ' if first else ''}{shown}{' …' if last < len(text) else ''}")  # noqa: S308


def score(text: str, phrases: Sequence[Phrase]) -> int:
    """How well `text` answers, in millionths: often and in few words.

    BM25 without its weight for rare words, which is counted over all messages and so would tell
    of those that one may not read.
    """
    words = list(spans(text))
    room = 0.5 + len(words) / 40
    counts = [len(_hits(words, [phrase])) for phrase in phrases]
    return round(1e6 * sum(count / (count + room) for count in counts))


def _hits(words: list[Span], phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Where the phrases stand, in order, none over another."""
    found = set()
    for phrase in phrases:
        for n in range(len(words) - len(phrase) + 1):
            if all(words[n + m].term == term for m, term in enumerate(phrase)):
                found.add((words[n].start, words[n + len(phrase) - 1].end))
    kept: list[tuple[int, int]] = []
    for hit in sorted(found):
        if not kept or hit[0] >= kept[-1][1]:
            kept.append(hit)
    return kept


def _window(text: str, hits: list[tuple[int, int]]) -> tuple[int, int]:
    """From a word's beginning to a word's end, where most hits are."""
    if len(text) <= LENGTH + BEFORE:
        return 0, len(text)
    starts = [hit[0] for hit in hits] or [0]
    best = max(starts, key=lambda at: sum(at <= other < at + LENGTH for other in starts))
    first = text.find(" ", max(0, best - BEFORE), best) + 1 if best > BEFORE else 0
    last = text.rfind(" ", first + BEFORE, best + LENGTH)
    end = best + LENGTH if last < best else last
    return first if first else (max(0, best - BEFORE)), min(end, len(text))
