"""What a name may be, and when two names would be taken for one another."""

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

from confusable_homoglyphs.categories import alias  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0100-\U000e01ef]"
)
_SEPARATORS = re.compile(r"[\s._-]")

_RESERVED_NAMES = (
    "about abuse account accounts admin administrator admins anonymous anyone api bot bots channel"
    " channels contact daemon deleted everybody everyone guest help helpdesk here hostmaster hubbub"
    " info login logout me mentions messages mod moderation moderator moderators mods nobody none"
    " noreply null official operator owner owners postmaster privacy root room rooms saved search"
    " security settings signup staff static status superuser support sysadmin sysop system"
    " undefined unknown webmaster ws www you new"
)
# Judged by its letters only: its skeleton is also that of Ali.
_RESERVED_EXACTLY = frozenset({"all"})

# Scripts that one language writes together.
_ALPHABETS = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
_SHARED = {"COMMON", "INHERITED"}
_MARKS_IN_A_ROW = 3


def normalise(name: str) -> str:
    """The name as it is stored: NFKC, single spaces, nothing unseen. Twice changes nothing more."""
    name = unicodedata.normalize("NFKC", _without_hidden(unicodedata.normalize("NFKC", name)))
    return " ".join(name.split())


def skeleton(name: str) -> str:
    """The key that confusable names share, whatever their case: `Adm1n`, `a.dmin`, `admin`.

    Never shown. It goes further than Unicode's skeleton (UTS 39), which keeps case: i, l and 1
    are one, so that capitals cannot be used to pass.
    """
    folded = unicodedata.normalize("NFKC", normalise(name).casefold())
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFD", folded)).replace("i\u0307", "i")
    return "".join(_look(character) for character in plain).replace("i", "l")


def problem(username: str) -> str | None:
    """Why nobody may have this user name, as a sentence to show, or None.

    Judges `normalise(username)`, which is what must be stored. Whether somebody has it already,
    or has one with the same skeleton, is for the caller to ask.
    """
    name = normalise(username)
    if not 2 <= len(name) <= 30:
        return _("Please choose a name of 2 to 30 characters.")
    if not all(_is_letter(c) or c.isdecimal() or _is_mark(c) or c in "._-" for c in name):
        return _("A name can have letters, digits, dots, hyphens and underscores, and no spaces.")
    if not (_is_letter(name[0]) or name[0].isdecimal()):
        return _("Please begin the name with a letter or a digit.")
    if _has_loose_marks(name):
        return _("Please use fewer accents in the name.")
    if not _is_of_one_alphabet(name):
        return _("Please keep to the letters and digits of one alphabet.")
    if name.casefold() in _RESERVED_EXACTLY or skeleton(name) in _reserved():
        return _("That name is kept for the site itself. Please choose another.")
    return None


def room_problem(name: str) -> str | None:
    """Why no room may be called this, as a sentence to show, or None. Store `normalise(name)`."""
    if any(unicodedata.category(character) == "Cc" for character in name.strip()):
        return _("Please write the room's name on one line, without control characters.")
    name = normalise(name)
    if not 1 <= len(name) <= 60:
        return _("Please give the room a name of 1 to 60 characters.")
    if not any(unicodedata.category(c)[0] in "LN" or _is_symbol(c) for c in name):
        return _("Please use at least one letter, digit or emoji in the room's name.")
    return None


def _without_hidden(name: str) -> str:
    kept = ""
    for character in _HIDDEN.sub("", name):
        if _is_seen(character) or (_is_joiner(character) and _ends_in_emoji(kept)):
            kept += character
    return re.sub(r"\u200d(?=[\w\s]|$)", "", kept)


def _is_seen(character: str) -> bool:
    unseen = unicodedata.category(character) in {"Cc", "Cf", "Cs"}
    return character.isspace() or not (unseen or "\ufe00" <= character <= "\ufe0f")


def _is_joiner(character: str) -> bool:
    """Whether it only has a meaning inside an emoji: 👩‍💻, ❤️."""
    return character in "\u200d\ufe0f"


def _ends_in_emoji(text: str) -> bool:
    return bool(text) and _is_symbol(text.removesuffix("\ufe0f")[-1:])


def _is_symbol(character: str) -> bool:
    skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return bool(character) and (skin_tone or unicodedata.category(character) == "So")


def _is_letter(character: str) -> bool:
    """Letters without a script are look-alikes of punctuation, but for Japanese's long vowel."""
    in_script = alias(character) not in _SHARED or character == "ー"
    return in_script and unicodedata.category(character).startswith("L")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc"}


def _has_loose_marks(name: str) -> bool:
    shape = "".join("L" if _is_letter(c) else "M" if _is_mark(c) else "." for c in name)
    return bool(re.search(f"\\.M|M{{{_MARKS_IN_A_ROW + 1}}}", shape))


def _is_of_one_alphabet(name: str) -> bool:
    scripts = {alias(character) for character in name} - _SHARED
    return len(scripts) <= 1 or any(scripts <= alphabet for alphabet in _ALPHABETS)


@cache
def _reserved() -> frozenset[str]:
    return frozenset(map(skeleton, _RESERVED_NAMES.split()))


def _look(character: str) -> str:
    """What it is taken for, ASCII where its small or its capital form looks like ASCII."""
    looks = _looks()
    small = looks.get(character, character)
    capital = looks.get(character.upper(), small)
    return (small if small.isascii() or not capital.isascii() else capital).casefold()


@cache
def _looks() -> dict[str, str]:
    """Each confusable character and its prototype, from Unicode's table (about 10 ms, once).

    The package lists every pair both ways; a prototype is the one with several partners.
    """
    source = files("confusable_homoglyphs") / "confusables.json"
    pairs = {
        one: [other["c"] for other in others]
        for one, others in json.loads(source.read_text(encoding="utf-8")).items()
    }
    looks = {}
    for one, others in pairs.items():
        if len(others) == 1:
            twin = others[0] if len(pairs.get(others[0], "")) > 1 else min(one, others[0])
            looks[one.strip("\u200e")] = twin.strip("\u200e")
    return looks
