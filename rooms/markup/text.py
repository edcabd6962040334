"""What a person typed, as it is stored."""

import re
import unicodedata

_MARKS_LIMIT = 8  # on one letter

# What marks a text without being one, as far as a glance at it asks.
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_SIGNS = re.compile(
    r"^\s*(?:```+.*|~~~+.*|(?:>\s*)+|#{1,6}\s+)|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|`+|~~", re.MULTILINE
)

_REGION_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_UNWANTED = re.compile(
    f"({_REGION_FLAGS})"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
# All that Unicode calls Default_Ignorable_Code_Point (also what it has not given out yet), the
# empty Braille cell, and annotations: the inner of a character class.
UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
INVISIBLE = re.compile(rf"[\s{UNSEEN}]*")


def clean(text: str) -> str:
    """The text as it is stored: NFC, `\\n` for every line end, without what only deceives the eye.

    Control characters, lone surrogates, bidirectional overrides and isolates, hidden tags, and
    marks piled more than eight high are dropped; letters of every script, joiners and emoji stay.
    Text of which nothing would be seen becomes "". Cleaning twice changes nothing more.
    """
    text = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
    text = _compose(_UNWANTED.sub(r"\1", text)).strip()
    return "" if INVISIBLE.fullmatch(text) else text


def excerpt(text: str, length: int = 80) -> str:
    """The beginning of a text on one line, without what Markdown marks it with. Pure."""
    words = " ".join(_SIGNS.sub("", _LINK.sub(r"\1", text)).split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def _compose(text: str) -> str:
    """NFC; the marks are limited first because composing takes quadratic time on a pile of them."""
    if text.isascii():
        return text
    return _limit_marks(unicodedata.normalize("NFC", _limit_marks(text)))


def _limit_marks(text: str) -> str:
    kept = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS_LIMIT:
            kept.append(character)
    return "".join(kept)
