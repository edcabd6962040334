"""What the keys do, and how text is written."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rooms import markup
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """Each example beside what a message makes of it."""
    called = {request.user.username.casefold(): request.user.username}
    texts = [
        _("**strong** and *stressed*"),
        _("`code` in a line"),
        "```python\nprint(42)\n```",
        _("> what somebody else said"),
        _("- one\n- two"),
        _("1. first\n2. second"),
        _("[our garden](https://example.org/)"),
        _("| who | what |\n|---|---|\n| Maya | tea |"),
        f"@{request.user.username}",
        r"\*\*",
    ]
    examples = [(text, mark_safe(markup.render(text, called))) for text in texts]  # noqa: S308
    return render(request, "help.html", {"examples": examples})
