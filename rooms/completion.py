"""Names that are begun: behind an @ whom it may become and the text with it, and whom one knows."""

import re

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.names import skeleton
from rooms.models import Kind, Membership, Message, Room

OFFERED = 6
LISTED = 50
LATELY = 200  # messages whose authors come first
_BEGUN = re.compile(r"(?:\A|[\s(\"'>*_])@([^\s@\x00-\x1f]{1,40})\Z")


def begun(text: str) -> str | None:
    """What stands behind an @ at the text's end, if it may become a name. Pure."""
    found = _BEGUN.search(text[-50:])
    return found[1] if found else None


def completed(text: str, name: str) -> str:
    """The text with `name` in place of what was begun. Pure."""
    word = begun(text)
    return f"{text[: len(text) - len(word)]}{name} " if word else text


def people(room: Room, word: str, user: User) -> list[User]:
    """Members whose names begin so, those who spoke lately first. Two queries at any size.

    A display name counts where the person spoke lately; a user name always.
    """
    members = User.objects.filter(memberships__room=room.pk, is_active=True).exclude(pk=user.pk)
    spoken = Message.objects.filter(room=room.pk, seq__gt=room.last_seq - LATELY)
    lately = members.filter(pk__in=spoken.order_by().values("author"))
    folded = word.casefold()
    found = [
        person
        for person in sorted(lately, key=lambda person: person.username)
        if person.username.casefold().startswith(folded) or folded in _begins(person.name, folded)
    ]
    if len(found) < OFFERED and (key := skeleton(word)):
        named = members.filter(username_key__startswith=key).order_by("username_key")
        known = {person.pk for person in found}
        found += [person for person in named[: OFFERED * 2] if person.pk not in known]
    return found[:OFFERED]


def acquaintances(user: User, words: str) -> list[User]:
    """People who share a room with this person, by user name; with `words`, those whose user name
    begins so, or who are called something like it. One query, fifty at most."""
    mine = user.memberships.exclude(room__kind=Kind.DIRECT).values("room")
    there = Membership.objects.filter(user=OuterRef("pk"), room__in=mine)
    found = User.objects.filter(Exists(there), is_active=True).exclude(pk=user.pk)
    if words:
        key = skeleton(words)
        like = Q(display_name__icontains=words)
        found = found.filter(like | Q(username_key__startswith=key) if key else like)
    return list(found.order_by("username_key")[:LISTED])


def _begins(name: str, folded: str) -> set[str]:
    """The beginnings, as long as `folded`, of a name's words."""
    return {part[: len(folded)] for part in name.casefold().split()}
