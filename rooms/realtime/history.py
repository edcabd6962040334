"""What the hub asks the database: the truth that the layer only hints at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from accounts.models import User
from rooms import metrics
from rooms.models import Case, Held, Measure, Membership, Message, Role, Room, Sanction
from rooms.models.cases import below
from rooms.realtime import frames
from rooms.sidebar import Mark, mark

FAR = 200
HEAVY = 2_000_000
TOGETHER = 60


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
        first = messages.order_by("seq").lines(1) if room.purged_version > since else []
        # Where all that the page shows was deleted, nothing in it tells so.
        replaced = bool(first) and first[0].posted_version > since
        if len(found) <= FAR and not replaced:
            upto = max([room.version, *(line.version for line in found)])
            found.sort(key=lambda line: line.seq)
            html = frames.catch_up(room, found, since)
            if room.purged_version > since:
                html += frames.purged_before(room, first[0] if first else None)
            if len(html) <= HEAVY:
                return html, upto
    metrics.resumes.labels("tail").inc()
    newest = messages.newest()
    upto = max([room.version, *(line.version for line in newest)])
    return frames.tail(room, newest, missed), upto


def changed_at(room: Room, version: int) -> str:
    """The HTML of messages that changed together at `version`: rows, or the list's newest rows.

    Two queries. Nothing newer than `version` is in it, but for later states of the same rows.
    """
    messages = Message.objects.filter(room=room.pk)
    found = messages.filter(version=version).order_by("seq")[: TOGETHER + 1].lines()
    if len(found) <= TOGETHER:
        return "".join([frames.changed(line, room.slug) for line in found])
    newest = messages.filter(posted_version__lte=version).newest()
    return frames.tail(room, newest, None) + frames.swept(room)


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


@dataclass(frozen=True, slots=True)
class Standing:
    """What the pages of one person in one room are told; `ends` is when a mute does.

    `writes` is whether the person may write, so that others are told when they type, `moderates`
    whether they are told of reports.
    """

    html: str
    ends: datetime | None
    writes: bool
    moderates: bool = False


def standings(asked: set[tuple[int, int, str]]) -> dict[tuple[int, int, str], Standing]:
    """Of these (person, room, language), those of which the person may read the room, and as what.

    Four queries: the rooms, memberships, people who have not joined, and bans; one more where
    somebody is muted, and one where somebody moderates.
    """
    pairs = {(user_pk, room_pk) for user_pk, room_pk, _ in asked}
    rooms = Room.objects.in_bulk({room_pk for _, room_pk in pairs})
    people = {user_pk for user_pk, _ in pairs}
    members = Membership.objects.heard().select_related("user").defer("draft")
    members = members.filter(room__in=rooms, user__in=people)
    found = {(m.user_id, m.room_id): m for m in members}
    strangers = {
        pair for pair in pairs - found.keys() if pair[1] in rooms and not rooms[pair[1]].is_private
    }
    if strangers:
        users = User.objects.in_bulk({user_pk for user_pk, _ in strangers})
        bans = Sanction.objects.bans().filter(room__in=rooms, person__in=users)
        for user_pk, room_pk in strangers - set(bans.values_list("person_id", "room_id")):
            if user := users.get(user_pk):
                found[user_pk, room_pk] = Membership(user=user, role=Role.READER)
    for pair in pairs & found.keys():
        found[pair].room = rooms[pair[1]]
    complete([found[pair] for pair in pairs & found.keys()])
    return {one: _standing(found[one[:2]], one[2]) for one in asked if one[:2] in found}


def desks(user_pks: Iterable[int]) -> dict[int, str]:
    """For each of these people, what pages of the site's reports are told. A query for each."""
    people = User.objects.in_bulk(user_pks)
    waiting = {pk: Case.objects.for_site(user).waiting() for pk, user in people.items()}
    return {pk: frames.desk(found.stamp) for pk, found in waiting.items()}


def members_among(room_pk: int, user_pks: Iterable[int]) -> set[int]:
    """Those of these people who are in the room. One query."""
    members = Membership.objects.filter(room=room_pk, user__in=user_pks)
    return set(members.values_list("user_id", flat=True))


def complete(members: list[Membership]) -> None:
    """Why the muted are, and what waits for those who moderate. Three queries at most, the third
    only where something waits to be let in."""
    muted = {(m.room_id, m.user_id): m for m in members if m.is_muted}
    if muted:
        rooms, people = {pair[0] for pair in muted}, {pair[1] for pair in muted}
        mutes = Sanction.objects.standing().filter(measure=Measure.MUTE)
        for mute in mutes.filter(room__in=rooms, person__in=people):
            if member := muted.get((mute.room_id, mute.person_id)):
                member.mute = mute
    moderators = [member for member in members if member.may_moderate]
    if moderators:
        waiting = Case.objects.waiting_in([member.room_id for member in moderators])
        for member in moderators:
            member.waiting = below(member.rank, waiting.get(member.room_id, []))
    holding = [member for member in moderators if member.room.held_count]
    if holding:
        stamps = Held.objects.stamps(member.room_id for member in holding)
        for member in holding:
            member.held_stamp = stamps.get(member.room_id, member.held_stamp)


def _standing(member: Membership, language: str) -> Standing:
    ends = member.muted_until if member.is_muted else None
    with translation.override(language):
        html = frames.standing(member)
    return Standing(html, ends, member.may_post, member.may_moderate)
