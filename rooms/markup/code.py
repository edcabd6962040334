"""Code in its colours."""

from html import escape

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

_HIGHLIGHT_LIMIT = 3_000  # characters of a message, all its fences together

# Not every lexer of Pygments: some take seconds or more over a few thousand hostile characters.
_LANGUAGE_NAMES = (
    "bash c c++ console cpp css diff docker dockerfile elixir go golang haskell html ini java"
    " javascript js json kotlin lua nginx php py pycon python rb rs ruby rust sh shell sql swift"
    " toml ts typescript xml yaml yml zsh"
)
LANGUAGES = frozenset(_LANGUAGE_NAMES.split())
_COLOURED = "c gd gh gi gp gu k l m na nb nc nd ne nf nt ow s"
CLASSES = {kind: name for kind, name in STANDARD_TYPES.items() if name in _COLOURED.split()}


def render_fence(
    _renderer: RendererHTML, tokens: list[Token], index: int, _options: OptionsDict, env: EnvType
) -> str:
    code = tokens[index].content
    language = tokens[index].info.strip().partition(" ")[0].lower()
    left = env.get("highlight", _HIGHLIGHT_LIMIT)
    if language not in LANGUAGES or len(code) > left:
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
    return next((CLASSES[step] for step in reversed(kind.split()) if step in CLASSES), "")


def _span(css_class: str, value: str) -> str:
    text = escape(value, quote=False)
    return f'<span class="{css_class}">{text}</span>' if css_class else text
