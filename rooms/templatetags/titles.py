"""The page's title, with the number of what asks for its reader."""

import re
from typing import Any

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TEXT = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)


@register.tag
def titled(parser: Parser, token: Token) -> "TitledNode":
    """Around the block that a page's <title> stands in.

    The number is put before it, and `page_title` is the text alone, from here to the page's end:
    the page tells it to its socket, which renews the title.
    """
    nodelist = parser.parse(("endtitled",))
    parser.delete_first_token()
    return TitledNode(nodelist)


class TitledNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Any) -> SafeString:
        html = self.nodelist.render(context)
        found = TEXT.search(html)
        title = mark_safe(found[1].strip() if found else "")  # noqa: S308
        context["page_title"] = title
        shown = title_text(title, context["sidebar"].needs if "sidebar" in context else "")
        return mark_safe(f'<title id="page-title">{shown}</title>')  # noqa: S308


def title_text(title: str, needs: str) -> str:
    return f"({needs}) {title}" if needs else title
