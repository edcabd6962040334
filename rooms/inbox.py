"""What speaks to a person, in all rooms: the list of a page, as its socket renews it."""

from dataclasses import dataclass
from hashlib import blake2s
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import User
from rooms.models import Mention, Reaction
from rooms.models.mentions import PER_PAGE, Sort

NAMED = 10  # people to a message
MOST = 1_000


class Given(NamedTuple):
    name: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """`html` is the list, `digest` what a page says back to tell which list it shows."""

    html: SafeString
    digest: str


def inbox(user: User, before: int | None = None, sort: str = "") -> Inbox:
    """The latest that speaks to this person, all or of one `sort`, before one of them.

    One query; one more where others reacted to what the person said.
    """
    sort = sort if sort in Sort.values else ""
    found = list(Mention.objects.inbox(user, before, sort))
    shown = found[:PER_PAGE]
    given = _given(user, [each.message_id for each in shown if each.sort == Sort.REACTION])
    context = {
        "mentions": [(each, given.get(each.message_id, [])) for each in shown],
        "sort": sort,
        "sorts": Sort.choices,
        "before": before,
        "username": user.username,
        "next": shown[-1].pk if len(found) > PER_PAGE else None,
    }
    html = render_to_string("rooms/inboxed.html", context)
    digest = blake2s(html.encode(), digest_size=8).hexdigest()
    return Inbox(html, f"{sort}.{digest}" if sort else digest)


def newest(user_pk: int, shown: str = "") -> Inbox:
    """The same for a page that is open, by the digest of what it shows. Three queries at most."""
    sort, dot, _ = shown.partition(".")
    return inbox(User.objects.get(pk=user_pk), sort=sort if dot else "")


def _given(user: User, message_pks: list[int]) -> dict[int, list[Given]]:
    """Who reacted with what to these messages, the latest first, as far as the person is told."""
    found: dict[int, list[Given]] = {}
    if message_pks:
        theirs = Reaction.objects.seen_by(user.pk).filter(message__in=message_pks)
        for one in theirs.select_related("user").order_by("-pk")[:MOST]:
            given = found.setdefault(one.message_id, [])
            if len(given) < NAMED:
                given.append(Given(one.user.name, one.emoji))
    return found
