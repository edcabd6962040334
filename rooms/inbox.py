"""What speaks to a person, in all rooms: the list of a page, as its socket renews it."""

from dataclasses import dataclass
from hashlib import blake2s

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from rooms.models import Mention
from rooms.models.mentions import PER_PAGE


@dataclass(frozen=True, slots=True)
class Inbox:
    """`html` is the list, `digest` what a page says back to tell which list it shows."""

    html: SafeString
    digest: str


def inbox(user: User, before: int | None = None) -> Inbox:
    """The latest messages that mention this person, before one of them. One query."""
    found = list(Mention.objects.inbox(user, before))
    shown = found[:PER_PAGE]
    context = {
        "mentions": shown,
        "before": before,
        "username": user.username,
        "next": shown[-1].pk if len(found) > PER_PAGE else None,
    }
    html = render_to_string("rooms/inboxed.html", context)
    return Inbox(html, blake2s(html.encode(), digest_size=8).hexdigest())


def newest(user_pk: int) -> Inbox:
    """The same for a page that is open. Two queries."""
    return inbox(User.objects.get(pk=user_pk))
