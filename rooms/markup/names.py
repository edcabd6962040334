"""Whom a text speaks to: names behind an @."""

import re
import unicodedata
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

NAMES_LIMIT = 50
NOBODY: Mapping[str, str] = MappingProxyType({})
_IN_NAMES = r"\w" + "".join(
    letter for letter in map(chr, range(0x300, 0x11000)) if unicodedata.category(letter)[0] == "M"
)
_AT = re.compile(rf"(?<![{_IN_NAMES}@./-])@(\w[{_IN_NAMES}._-]{{1,29}})(?![{_IN_NAMES}@])")
_MARKED = '<span class="at"'
# With a direction of its own it does not decide that of the text which it begins.
_NAMED = re.compile(f'{_MARKED}(?: dir="auto")?>@([^<]+)</span>')


def candidates(text: str) -> set[str]:
    """What may be names behind an @, case folded; at most NAMES_LIMIT. Pure."""
    found: set[str] = set()
    for match in _AT.finditer(unicodedata.normalize("NFKC", text) if "@" in text else ""):
        found |= set(_forms(match[1]))
        if len(found) >= NAMES_LIMIT:
            break
    return set(sorted(found)[:NAMES_LIMIT])


def named(html: str) -> list[str]:
    """The names that `render` marked, in order, each once."""
    return list(dict.fromkeys(_NAMED.findall(html))) if _MARKED in html else []


def mark_names(state: StateCore) -> None:
    if names := state.env.get("names"):
        for token in state.tokens:
            if token.children:
                token.children = _with_names(token.children, names)


def _with_names(tokens: list[Token], names: Mapping[str, str]) -> list[Token]:
    """The tokens, with a token of its own for each name; those in links and code stay text."""
    result: list[Token] = []
    in_link = 0
    for token in tokens:
        in_link += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "text" and not in_link and "@" in token.content:
            result += _split_at_names(token.content, names)
        else:
            result.append(token)
    return result


def _split_at_names(text: str, names: Mapping[str, str]) -> list[Token]:
    result: list[Token] = []
    end = 0
    for match in _AT.finditer(text):
        forms = _forms(unicodedata.normalize("NFKC", match[1]))
        known = next((form for form in forms if form in names), None)
        if known is not None:
            result.append(Token("text", "", 0, content=text[end : match.start()]))
            result.append(Token("at", "span", 0, content=names[known]))
            end = match.end() - (len(forms[0]) - len(known))
    return [*result, Token("text", "", 0, content=text[end:])]


def _forms(typed: str) -> list[str]:
    """The name as typed, and without what may rather end a sentence."""
    name = typed.casefold()
    forms = [name]
    while len(name) > 1 and name[-1] in "._-":
        name = name[:-1]
        forms.append(name)
    return forms


def render_at(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'{_MARKED} dir="auto">@{escape(tokens[index].content)}</span>'
