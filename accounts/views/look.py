"""A person's own stylesheet: what differs between viewers costs the rows nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Block

FOLDED = """\
@rows>:is(.face,.reply,.message-body,.more),@rows>header :is(b,.edited){display:none}
@rows>header .when{grid-area:1/2;text-align:start;opacity:1}
@rows>header .when::after{content:" · from somebody you block · show"}
.message>.reply:is(@quoted) bdi,#typing :is(@people){display:none}
"""


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Folds what blocked people say. One query beside the session's.

    The address changes with the list (`User.look`), so browsers may keep it for ever. The line
    that is left is the message's own link, and what an address points at is not folded.
    """
    if not request.user.is_authenticated:
        return HttpResponse(content_type="text/css", headers={"Cache-Control": "no-store"})
    blocks = Block.objects.filter(by=request.user).order_by("pk")
    css = folded(list(blocks.values_list("person__username", flat=True)))
    keep = {"Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers=keep)


def folded(usernames: list[str]) -> str:
    """The rules for these authors; "" for nobody."""
    if not usernames:
        return ""
    people = ",".join(f'[data-author="{_escape(username)}"]' for username in usernames)
    quoted = people.replace("[data-author=", "[data-to=")
    rows = f".message:is({people}):not(:target,.highlighted)"
    return FOLDED.replace("@rows", rows).replace("@people", people).replace("@quoted", quoted)


def _escape(username: str) -> str:
    """Inside a CSS string: what is no letter or digit by its number (CSS Syntax 3, 4.3.7)."""
    return "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in username)
