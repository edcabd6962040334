"""Where links lead, and that the reader sees it."""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, linkify
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from rooms.markup.text import INVISIBLE

# No user part, nothing escaped, no backslash before the host ends: nothing that browsers and
# other readers of addresses understand differently.
_WEB = re.compile(r"https?://([a-z0-9][a-z0-9._-]*)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[\w.!#$'*+/=^`{|}~-]+@([a-z0-9][a-z0-9.-]*)", re.IGNORECASE | re.ASCII)


def host_of(url: str) -> str | None:
    """The ASCII host or mail domain of an address that may be linked, else None."""
    match = _WEB.fullmatch(url) or _MAIL.fullmatch(url)
    return match[1].lower() if match else None


def limit_links(markdown: MarkdownIt) -> None:
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


def name_hosts(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = _with_hosts(token.children)


def render_host(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    # The direction keeps a host that begins with digits in order inside right-to-left text.
    return f' <span class="host" dir="ltr">{escape(tokens[index].content)}</span>'


def _add_scheme(_links: object, match: object) -> None:
    match.url = f"https://{match.url}"  # type: ignore[attr-defined]


def _link_typed(state: StateInline, silent: bool) -> bool:
    """The parser's rule, spared its search through all that precedes (quadratic on `:// :// …`)."""
    return state.pending[-5:].lower().endswith(("http", "https")) and linkify(state, silent)


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
            host = host_of(str(result[opened].attrs["href"])) or ""
            text = "".join(inner.content for inner in result[opened:])
            if INVISIBLE.fullmatch(text):
                result.insert(-1, Token("text", "", 0, content=host))
            elif not _shows(text, host):
                result.append(Token("host", "span", 0, content=host))
    return result


def _shows(text: str, host: str) -> bool:
    """Whether the text is an address in plain ASCII whose host is this one."""
    return host in (host_of(text), host_of(f"https://{text}"), host_of(f"mailto:{text}"))
