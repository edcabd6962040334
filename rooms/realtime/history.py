"""What the hub asks the database: the truth that the layer only hints at."""

from collections.abc import Iterable

from rooms import metrics
from rooms.models import Kind, Membership, Message, Room
from rooms.realtime import frames
from rooms.sidebar import Mark, mark

FAR = 200
HEAVY = 2_000_000


def catch_up(room_pk: int, since: int) -> tuple[str, int]:
    """The HTML of all that changed in a room after the version `since`, and where it leads.

    Beyond `FAR` changes or `HEAVY` characters, for a version that the room has not come to and
    for a negative one: the newest rows in place of the page's list, and a link to what lies
    between. Two queries, three for that. The version is
    read first, so it may be too low, never too high; messages are read in one statement, which
    sees a version only with all before it, because the room's row lock orders commits.
    """
    room = Room.objects.get(pk=room_pk)
    messages = Message.objects.filter(room=room_pk)
    missed = None
    if 0 <= since <= room.version:
        found = messages.changed_since(since, FAR + 1)
        missed = min((m.seq for m in found if m.posted_version > since), default=None)
        if len(found) <= FAR:
            upto = max([room.version, *(line.version for line in found)])
            found.sort(key=lambda line: line.seq)
            html = frames.catch_up(room, found, since)
            if len(html) <= HEAVY:
                return html, upto
    metrics.resumes.labels("tail").inc()
    newest = messages.newest()
    upto = max([room.version, *(line.version for line in newest)])
    return frames.tail(room, newest, missed), upto


def versions(room_pks: Iterable[int]) -> dict[int, int]:
    """The version of each of these rooms. One query."""
    return dict(Room.objects.filter(pk__in=room_pks).values_list("pk", "version"))


def last_seqs(room_pks: Iterable[int]) -> dict[int, int]:
    """The last message of each of these rooms. One query."""
    return dict(Room.objects.filter(pk__in=room_pks).values_list("pk", "last_seq"))


def marks(room_pk: int, user_pks: Iterable[int]) -> dict[int, Mark]:
    """Where the room stands for each of these people, its members. One query."""
    members = Membership.objects.filter(room=room_pk, user__in=user_pks).counted()
    return {member.user_id: mark(member) for member in members}


def barred(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those (person, room) pairs of which the person may not read the room. Two queries."""
    rooms = {room_pk for _, room_pk in pairs}
    public = set(Room.objects.filter(pk__in=rooms, kind=Kind.PUBLIC).values_list("pk", flat=True))
    closed = {pair for pair in pairs if pair[1] not in public}
    people, rooms = {user_pk for user_pk, _ in closed}, {room_pk for _, room_pk in closed}
    members = Membership.objects.filter(room__in=rooms, user__in=people)
    return closed - set(members.values_list("user_id", "room_id"))
