"""What a person typed, made into HTML that is safe to put on anybody's page."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, linkify
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

_HIGHLIGHT_LIMIT = 3_000  # characters of a message, all its fences together
_NESTING_LIMIT = 8  # a quote is one deep, a list two
_CELLS_LIMIT = 4_000  # of a message, all its tables together
_MARKS_LIMIT = 8  # on one letter

_REL = "nofollow noopener noreferrer ugc"
_DIRECTED = frozenset({"p", "li", "blockquote", "th", "td"})
_OTHER_TAGS = "a br code em hr ol pre s span strong table tbody thead tr ul"

# Not every lexer of Pygments: some take seconds or more over a few thousand hostile characters.
_LANGUAGE_NAMES = (
    "bash c c++ console cpp css diff docker dockerfile elixir go golang haskell html ini java"
    " javascript js json kotlin lua nginx php py pycon python rb rs ruby rust sh shell sql swift"
    " toml ts typescript xml yaml yml zsh"
)
_LANGUAGES = frozenset(_LANGUAGE_NAMES.split())
_COLOURED = "c gd gh gi gp gu k l m na nb nc nd ne nf nt ow s"
_CLASSES = {kind: name for kind, name in STANDARD_TYPES.items() if name in _COLOURED.split()}

_SANITISER = nh3.Cleaner(
    tags={*_DIRECTED, *_OTHER_TAGS.split()},
    # With an entry for "*" nh3 uses these alone; without one it keeps its own, such as `title`.
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    tag_attribute_values={
        **{tag: {"dir": {"auto"}} for tag in _DIRECTED},
        "pre": {"dir": {"ltr"}},
        "span": {"dir": {"auto", "ltr"}},
    },
    allowed_classes={
        "span": {"at", "host", *_CLASSES.values()},
        "code": {f"language-{name}" for name in _LANGUAGES},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=_REL,
)

# What marks a text without being one, as far as a glance at it asks.
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_SIGNS = re.compile(
    r"^\s*(?:```+.*|~~~+.*|(?:>\s*)+|#{1,6}\s+)|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|`+|~~", re.MULTILINE
)

NAMES_LIMIT = 50
_NOBODY: Mapping[str, str] = MappingProxyType({})
_IN_NAMES = r"\w" + "".join(
    letter for letter in map(chr, range(0x300, 0x11000)) if unicodedata.category(letter)[0] == "M"
)
_AT = re.compile(rf"(?<![{_IN_NAMES}@./-])@(\w[{_IN_NAMES}._-]{{1,29}})(?![{_IN_NAMES}@])")
_MARKED = '<span class="at"'
# With a direction of its own it does not decide that of the text which it begins.
_NAMED = re.compile(f'{_MARKED}(?: dir="auto")?>@([^<]+)</span>')

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
_INVISIBLE = re.compile(rf"[\s{UNSEEN}]*")
# No user part, nothing escaped, no backslash before the host ends: nothing that browsers and
# other readers of addresses understand differently.
_WEB = re.compile(r"https?://([a-z0-9][a-z0-9._-]*)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[\w.!#$'*+/=^`{|}~-]+@([a-z0-9][a-z0-9.-]*)", re.IGNORECASE | re.ASCII)


def clean(text: str) -> str:
    """The text as it is stored: NFC, `\\n` for every line end, without what only deceives the eye.

    Control characters, lone surrogates, bidirectional overrides and isolates, hidden tags, and
    marks piled more than eight high are dropped; letters of every script, joiners and emoji stay.
    Text of which nothing would be seen becomes "". Cleaning twice changes nothing more.
    """
    text = re.sub("\r\n?|[\u2028\u2029]", "\n", text)
    text = _compose(_UNWANTED.sub(r"\1", text)).strip()
    return "" if _INVISIBLE.fullmatch(text) else text


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


def excerpt(text: str, length: int = 80) -> str:
    """The beginning of a text on one line, without what Markdown marks it with. Pure."""
    words = " ".join(_SIGNS.sub("", _LINK.sub(r"\1", text)).split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def render(text: str, names: Mapping[str, str] = _NOBODY) -> str:
    """Markdown as balanced HTML of an exact list of tags and attributes; HTML in it stays text.

    `names` maps what may stand behind an @, case folded, to how it is shown, marked as a name.
    Pure. A sentence costs well under a millisecond, the most hostile 10,000 characters nearly a
    second: limit the length first, call it before taking a lock, and store the result.
    """
    return _SANITISER.clean(_MARKDOWN.render(clean(text), {"names": names})).strip()


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


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return _host(url) is not None

    def normalizeLinkText(self, url: str) -> str:  # noqa: N802
        """As typed: decoding would bring back the characters that `clean` removed."""
        return url


def _host(url: str) -> str | None:
    """The ASCII host or mail domain of an address that may be linked, else None."""
    match = _WEB.fullmatch(url) or _MAIL.fullmatch(url)
    return match[1].lower() if match else None


def _forms(typed: str) -> list[str]:
    """The name as typed, and without what may rather end a sentence."""
    name = typed.casefold()
    forms = [name]
    while len(name) > 1 and name[-1] in "._-":
        name = name[:-1]
        forms.append(name)
    return forms


def _parser() -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["linkify", "strikethrough", "table"])
    # Nothing typed may vanish, make a heading of the page, load from elsewhere, or turn into
    # characters that `clean` refused; people who indent do not mean code.
    markdown.disable(["code", "entity", "heading", "html_block", "html_inline", "image"])
    markdown.disable(["lheading", "reference"])
    _limit_blocks(markdown)
    _limit_links(markdown)
    markdown.core.ruler.push("directions", _set_directions)
    markdown.core.ruler.push("hosts", _name_hosts)
    # Before escaped signs are text like any other, so that \\@name speaks to nobody.
    markdown.core.ruler.before("text_join", "names", _mark_names)
    markdown.add_render_rule("at", _render_at)
    markdown.add_render_rule("fence", _render_fence)
    markdown.add_render_rule("host", _render_host)
    return markdown


def _limit_blocks(markdown: MarkdownIt) -> None:
    """Replaces three rules; "alt" repeats which blocks each of them may interrupt."""
    prose = ["paragraph", "reference"]
    rules = markdown.block.ruler
    rules.at("blockquote", _shallow(blockquote), {"alt": [*prose, "blockquote", "list"]})
    rules.at("list", _shallow(list_block), {"alt": [*prose, "blockquote"]})
    rules.at("table", _small_table, {"alt": prose})


_BlockRule = Callable[[StateBlock, int, int, bool], bool]


def _shallow(rule: _BlockRule) -> _BlockRule:
    """Past the limit the markers are text; the parser's own limit would drop what they hold."""

    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _NESTING_LIMIT and rule(state, start, end, silent)

    return limited


def _small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A short text can ask for 65,536 empty cells: a message has a budget of them."""
    if start + 1 >= end:
        return False
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].count("|") + 1
    left = state.env.get("cells", _CELLS_LIMIT)
    if columns * (end - start) > left or not table(state, start, end, silent):
        return False
    if not silent:
        state.env["cells"] = left - columns * (state.line - start)
    return True


def _limit_links(markdown: MarkdownIt) -> None:
    """Addresses are linked when they have a scheme, begin with `www.`, or are of mail."""
    links = markdown.linkify
    assert links is not None
    # A bare name is more often a file (manage.py, README.md) than a host.
    links.set({"fuzzy_link": False})
    links.add("ftp:", None).add("//", None)
    ends = "".join(links.re[part] for part in ("src_port", "src_host_terminator", "src_path"))
    tail = re.compile(rf"^[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}{ends}", re.IGNORECASE)
    links.add("www.", {"validate": tail, "normalize": _add_scheme})
    markdown.inline.ruler.at("linkify", _link_typed)


def _add_scheme(_links: object, match: object) -> None:
    match.url = f"https://{match.url}"  # type: ignore[attr-defined]


def _link_typed(state: StateInline, silent: bool) -> bool:
    """The parser's rule, spared its search through all that precedes (quadratic on `:// :// …`)."""
    return state.pending[-5:].lower().endswith(("http", "https")) and linkify(state, silent)


def _set_directions(state: StateCore) -> None:
    for token in state.tokens:
        if token.nesting == 1 and token.tag in _DIRECTED:
            token.attrs = {"dir": "auto"}


def _name_hosts(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = _with_hosts(token.children)


def _with_hosts(tokens: list[Token]) -> list[Token]:
    """The tokens, with the host after each link whose own text does not show it."""
    result: list[Token] = []
    opened = 0
    for token in tokens:
        result.append(token)
        if token.type == "link_open":
            opened = len(result) - 1
            token.attrs.pop("title", None)
        elif token.type == "link_close":
            host = _host(str(result[opened].attrs["href"])) or ""
            text = "".join(inner.content for inner in result[opened:])
            if _INVISIBLE.fullmatch(text):
                result.insert(-1, Token("text", "", 0, content=host))
            elif not _shows(text, host):
                result.append(Token("host", "span", 0, content=host))
    return result


def _mark_names(state: StateCore) -> None:
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


def _render_at(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'{_MARKED} dir="auto">@{escape(tokens[index].content)}</span>'


def _shows(text: str, host: str) -> bool:
    """Whether the text is an address in plain ASCII whose host is this one."""
    return host in (_host(text), _host(f"https://{text}"), _host(f"mailto:{text}"))


def _render_host(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    # The direction keeps a host that begins with digits in order inside right-to-left text.
    return f' <span class="host" dir="ltr">{escape(tokens[index].content)}</span>'


def _render_fence(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    code = tokens[index].content
    language = tokens[index].info.strip().partition(" ")[0].lower()
    left = env.get("highlight", _HIGHLIGHT_LIMIT)
    if language not in _LANGUAGES or len(code) > left:
        return f'<pre dir="ltr"><code>{escape(code)}</code></pre>\n'
    env["highlight"] = left - len(code)
    html = _highlight(code, language)
    return f'<pre dir="ltr"><code class="language-{language}">{html}</code></pre>\n'


def _highlight(code: str, language: str) -> str:
    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    runs: list[tuple[str, str]] = []
    for kind, value in lexer.get_tokens(code):
        css_class = _css_class(kind)
        if runs and runs[-1][0] == css_class:
            value = runs.pop()[1] + value
        runs.append((css_class, value))
    return "".join(_span(css_class, value) for css_class, value in runs)


def _css_class(kind: _TokenType) -> str:
    """The class of the nearest ancestor that has a colour, or ""."""
    return next((_CLASSES[step] for step in reversed(kind.split()) if step in _CLASSES), "")


def _span(css_class: str, value: str) -> str:
    text = escape(value, quote=False)
    return f'<span class="{css_class}">{text}</span>' if css_class else text


_MARKDOWN = _parser()
