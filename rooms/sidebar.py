"""The list of my rooms beside every page, and what it says of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.languages import kept
from accounts.models import User
from rooms.models import Attention, Membership
from rooms.models.members import waiting

MANY = 100


class Label(NamedTuple):
    """What is shown of a room; both numbers end at MANY, beyond which nobody counts."""

    unread: int
    mentions: int
    quiet: bool

    @property
    def unread_text(self) -> str:
        return number(self.unread) if self.unread else ""

    @property
    def mentions_text(self) -> str:
        return number(self.mentions)


class Entry(NamedTuple):
    """A room or a conversation as the list shows it; `tone` and `initials` are the other's."""

    pk: int
    slug: str
    name: str
    label: Label
    is_current: bool
    is_private: bool
    is_talk: bool
    tone: str
    initials: str


@dataclass(slots=True)
class Mark:
    """Where a room stands for a person: its last message, the last one read, mentions since.

    All that is said in a conversation of two speaks to the person, and is counted once.
    """

    seq: int
    read: int
    mentions: int
    attention: str
    direct: bool = False

    @property
    def label(self) -> Label:
        unread = min(max(0, self.seq - self.read), MANY)
        if self.direct:
            return Label(unread, 0, self.attention == Attention.NOTHING)
        mentions = 0 if self.attention == Attention.NOTHING else min(self.mentions, MANY)
        return Label(unread, mentions, self.attention != Attention.EVERYTHING)


@dataclass(frozen=True, slots=True)
class Sidebar:
    """`html` is the list, `digest` what a page says back to tell which list it shows.

    `rooms` maps the primary key of each room to where it stands; so many mentions wait `outside`,
    in rooms that the person has not joined. `here` is how much is unread of the page's own room.
    """

    html: SafeString
    digest: str
    rooms: dict[int, Mark]
    outside: int
    here: str

    @property
    def needs(self) -> str:
        return needs((mark.label for mark in self.rooms.values()), self.outside)


def number(count: int) -> str:
    return str(count) if count < MANY else f"{MANY - 1}+"


def needs(labels: Iterable[Label], outside: int) -> str:
    """How much asks for this person: mentions, and all that is new where that is wished; or ""."""
    found = outside + sum(label.mentions if label.quiet else label.unread for label in labels)
    return number(found) if found else ""


def mentions(labels: Iterable[Label], outside: int) -> str:
    """How many mentions wait in all rooms, or ""."""
    found = outside + sum(label.mentions for label in labels)
    return number(found) if found else ""


def sidebar(user_pk: int, current: int | None) -> Sidebar:
    """This person's rooms; `current` is the primary key of the room on the page. One query, two
    for somebody who is in no room.

    Rooms and conversations stand by name, so that the list of an open page and of a new one are
    the same; CSS shows first what asks for the person.
    """
    members = sorted(Membership.objects.for_sidebar(user_pk), key=_by_name)
    marks = {m.room_id: mark(m) for m in members}
    labels = {pk: mark.label for pk, mark in marks.items()}
    outside, told = _waiting(user_pk, members)
    entries = [entry(m, labels[m.room_id], current) for m in members]
    html = listed(entries, outside=outside, told=told)
    digest = blake2s(html.encode(), digest_size=8).hexdigest()
    here = labels[current].unread_text if current in labels else ""
    return Sidebar(html, digest, marks, outside, here)


def listed(entries: Sequence[Entry], *, outside: int, told: int) -> SafeString:
    """The list as HTML: rooms, conversations, and what waits `outside` of both."""
    context = {
        "rooms": [_row(each) for each in entries if not each.is_talk],
        "talks": [_row(each) for each in entries if each.is_talk],
        "mentions": mentions((each.label for each in entries), outside),
        "told": number(min(told, MANY)),
    }
    return render_to_string("rooms/sidebar.html", context)


def entry(member: Membership, label: Label, current: int | None) -> Entry:
    """How a room stands in a member's list, where `current` is the room on the page."""
    room, other = member.room, member.other
    face = (f"t{other.tone}", other.initials) if other else ("", "")
    is_current, is_private = room.pk == current, room.is_private
    return Entry(
        room.pk, room.slug, member.title, label, is_current, is_private, room.is_direct, *face
    )


@kept(8192)
def _row(entry: Entry) -> str:
    """Most rows are those of many people, and of one person's next page."""
    return render_to_string("rooms/sidebar.html#entry", {"entry": entry, "label": entry.label})


def mark(member: Membership) -> Mark:
    """Where the room stands for a member of `MembershipQuerySet.for_sidebar`."""
    room, read = member.room, member.last_read_seq
    mentions: int = member.mentions  # type: ignore[attr-defined]
    return Mark(room.last_seq, read, mentions, member.attention, room.is_direct)


def _waiting(user_pk: int, members: list[Membership]) -> tuple[int, int]:
    """How many mentions wait outside of these rooms, and how much that the site told."""
    if members:
        first: Any = members[0]
        return first.outside, first.told
    alone: Any = User.objects.filter(pk=user_pk).annotate(**waiting(user_pk))
    return alone.values_list("outside", "told").first() or (0, 0)


def _by_name(member: Membership) -> tuple[str, int]:
    return member.title.casefold(), member.room_id
