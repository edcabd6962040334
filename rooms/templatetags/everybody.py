"""What is the same bytes for everybody, in the site's language."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context

from accounts import languages

register = template.Library()


class EverybodyNode(template.Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        with languages.to_everybody():
            return self.nodelist.render(context)


@register.tag
def everybody(parser: Parser, token: Token) -> EverybodyNode:
    """{% everybody %}…{% endeverybody %}: words that a frame brings to all readers alike.

    What a page shows and a shared frame replaces is in it both times, so that an open page and a
    new one are the same.
    """
    nodelist = parser.parse(("endeverybody",))
    parser.delete_first_token()
    return EverybodyNode(nodelist)
