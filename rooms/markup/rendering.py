"""A text as HTML that is safe to put on anybody's page."""

from collections.abc import Mapping

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from rooms.markup.blocks import limit_blocks
from rooms.markup.code import CLASSES, LANGUAGES, render_fence
from rooms.markup.links import host_of, limit_links, name_hosts, render_host
from rooms.markup.names import NOBODY, mark_names, render_at
from rooms.markup.text import clean

_REL = "nofollow noopener noreferrer ugc"
_DIRECTED = frozenset({"p", "li", "blockquote", "th", "td"})
_OTHER_TAGS = "a br code em hr ol pre s span strong table tbody thead tr ul"

SANITISER = nh3.Cleaner(
    tags={*_DIRECTED, *_OTHER_TAGS.split()},
    # With an entry for "*" nh3 uses these alone; without one it keeps its own, such as `title`.
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    tag_attribute_values={
        **{tag: {"dir": {"auto"}} for tag in _DIRECTED},
        "pre": {"dir": {"ltr"}},
        "span": {"dir": {"auto", "ltr"}},
    },
    allowed_classes={
        "span": {"at", "host", *CLASSES.values()},
        "code": {f"language-{name}" for name in LANGUAGES},
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=_REL,
)


def render(text: str, names: Mapping[str, str] = NOBODY) -> str:
    """Markdown as balanced HTML of an exact list of tags and attributes; HTML in it stays text.

    `names` maps what may stand behind an @, case folded, to how it is shown, marked as a name.
    Pure. A sentence costs well under a millisecond, the most hostile 10,000 characters nearly a
    second: limit the length first, call it before taking a lock, and store the result.
    """
    return SANITISER.clean(_MARKDOWN.render(clean(text), {"names": names})).strip()


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802
        return host_of(url) is not None

    def normalizeLinkText(self, url: str) -> str:  # noqa: N802
        """As typed: decoding would bring back the characters that `clean` removed."""
        return url


def _parser() -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False, "linkify": True, "breaks": True})
    markdown.enable(["linkify", "strikethrough", "table"])
    # Nothing typed may vanish, make a heading of the page, load from elsewhere, or turn into
    # characters that `clean` refused; people who indent do not mean code.
    markdown.disable(["code", "entity", "heading", "html_block", "html_inline", "image"])
    markdown.disable(["lheading", "reference"])
    limit_blocks(markdown)
    limit_links(markdown)
    markdown.core.ruler.push("directions", _set_directions)
    markdown.core.ruler.push("hosts", name_hosts)
    # Before escaped signs are text like any other, so that \\@name speaks to nobody.
    markdown.core.ruler.before("text_join", "names", mark_names)
    markdown.add_render_rule("at", render_at)
    markdown.add_render_rule("fence", render_fence)
    markdown.add_render_rule("host", render_host)
    return markdown


def _set_directions(state: StateCore) -> None:
    for token in state.tokens:
        if token.nesting == 1 and token.tag in _DIRECTED:
            token.attrs = {"dir": "auto"}


_MARKDOWN = _parser()
