"""How deep and how wide a text may be."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table

_NESTING_LIMIT = 8  # a quote is one deep, a list two
_CELLS_LIMIT = 4_000  # of a message, all its tables together

_BlockRule = Callable[[StateBlock, int, int, bool], bool]


def limit_blocks(markdown: MarkdownIt) -> None:
    """Replaces three rules; "alt" repeats which blocks each of them may interrupt."""
    prose = ["paragraph", "reference"]
    rules = markdown.block.ruler
    rules.at("blockquote", _shallow(blockquote), {"alt": [*prose, "blockquote", "list"]})
    rules.at("list", _shallow(list_block), {"alt": [*prose, "blockquote"]})
    rules.at("table", _small_table, {"alt": prose})


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
