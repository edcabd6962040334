"""What people say: the conversations of `conversations.md`, over and over, never quite the same."""

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from rooms import markup

# A conversation: (speaker, text) in turn, the speakers being "A", "B", "C", "D".
type Conversation = list[tuple[str, str]]

_WORDS = {
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "hour": ("8:15", "9:30", "11:00", "12:45", "14:30", "16:00", "17:20", "19:00"),
    "count": ("3", "7", "12", "18", "24", "40", "96", "250"),
    "place": ("the town hall", "the old mill", "the harbour", "the library", "Elm Street"),
    "dish": ("lentil soup", "dumplings", "plum cake", "shakshuka", "risotto", "kimchi stew"),
    "thing": ("printer", "lathe", "projector", "sewing machine", "kettle", "ladder", "mixer"),
}
_GAP = re.compile("‹([a-z]+)›")
_SPEAKER = re.compile(r"^([A-D])>[ \n]?", re.MULTILINE)


def endless(chance: random.Random, names: Sequence[str]) -> Iterator[Conversation]:
    """Conversations in a new order each time round, their gaps filled anew."""
    deck = list(_conversations())
    while True:
        chance.shuffle(deck)
        for conversation in deck:
            words = {gap: chance.choice(choices) for gap, choices in _WORDS.items()}
            words["who"] = chance.choice(names)
            yield [(speaker, _filled(text, words)) for speaker, text in conversation]


@lru_cache(maxsize=50_000)
def finished(text: str) -> tuple[str, str]:
    """The text and its HTML as the actions would store them."""
    text = markup.clean(text)
    return text, markup.render(text)


@cache
def _conversations() -> tuple[Conversation, ...]:
    source = Path(__file__).with_name("conversations.md").read_text(encoding="utf-8")
    return tuple(_turns(part) for part in source.split("\n----\n")[1:])


def _turns(part: str) -> Conversation:
    """The file's notation: a speaker's letter and `>` begin a message."""
    pieces = _SPEAKER.split(part)[1:]
    return [(who, text.strip()) for who, text in zip(pieces[::2], pieces[1::2], strict=True)]


def _filled(text: str, words: dict[str, str]) -> str:
    return _GAP.sub(lambda gap: words[gap[1]], text) if "‹" in text else text
