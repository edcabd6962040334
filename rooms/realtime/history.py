"""What the hub asks the database: the truth that the layer only hints at."""

from collections.abc import Iterable

from rooms.models import Kind, Membership, Message, Room
from rooms.realtime import frames

FAR = 200
HEAVY = 2_000_000


def catch_up(room_pk: int, since: int) -> tuple[str, int]:
    """The HTML of all that changed in a room after the version `since`, and where it leads.

    Beyond `FAR` changes or `HEAVY` characters, for a version that the room has not come to and
    for a negative one: the newest rows in place of the page's list. Two queries. The version is
    read first, so it may be too low, never too high; messages are read in one statement, which
    sees a version only with all before it, because the room's row lock orders commits.
    """
    room = Room.objects.get(pk=room_pk)
    messages = Message.objects.filter(room=room_pk)
    if 0 <= since <= room.version:
        found = messages.changed_since(since, FAR + 1)
        if len(found) <= FAR:
            upto = max([room.version, *(line.version for line in found)])
            found.sort(key=lambda line: line.seq)
            html = frames.catch_up(room, found, since)
            if len(html) <= HEAVY:
                return html, upto
    newest = messages.newest()
    upto = max([room.version, *(line.version for line in newest)])
    return frames.tail(room, newest), upto


def versions(room_pks: Iterable[int]) -> dict[int, int]:
    """The version of each of these rooms. One query."""
    return dict(Room.objects.filter(pk__in=room_pks).values_list("pk", "version"))


def barred(pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those (person, room) pairs of which the person may not read the room. Two queries."""
    rooms = {room_pk for _, room_pk in pairs}
    private = Room.objects.filter(pk__in=rooms, kind=Kind.PRIVATE).values_list("pk", flat=True)
    closed = {pair for pair in pairs if pair[1] in set(private)}
    members = Membership.objects.filter(room__in={room_pk for _, room_pk in closed})
    return closed - set(members.values_list("user_id", "room_id"))
