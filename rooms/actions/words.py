"""Say which words a room or the site does not want; remember them for the next post."""

from collections import OrderedDict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import audit
from accounts.models import SITE, User
from rooms import words
from rooms.errors import Conflict, Refused
from rooms.models import Membership, Room, WordList
from rooms.words import BLOCKED, HELD, MASKED, Words

KEPT = 500
TOLD = 40
KINDS = (BLOCKED, HELD, MASKED)

_known: OrderedDict[int, Words] = OrderedDict()


class Changed(Exception):
    """What this process remembers of a room's words is not so any more."""


def known(room_pk: int) -> Words:
    """What this process last knew of the words that hold in a room; no query.

    Whoever acts by it compares its `version` inside the transaction, and learns anew where it
    is another. A room that was never heard of is taken to have none.
    """
    return _known.get(room_pk, Words())


def learn(room_pk: int) -> Words:
    """The words that hold in a room now. One query."""
    found = WordList.objects.filter(area__in=(SITE, _area(room_pk)))
    lists = list(found)
    made = tuple(words.automaton(one.blocked, one.held, one.masked) for one in lists)
    _known[room_pk] = Words(sum(one.version for one in lists), made)
    _known.move_to_end(room_pk)
    if len(_known) > KEPT:
        _known.popitem(last=False)
    return _known[room_pk]


def forget() -> None:
    """All that this process remembers."""
    _known.clear()


def in_room(room: Room) -> WordList:
    """A room's own list, unsaved where it has none. One query."""
    found = WordList.objects.filter(area=room.area).first()
    return found or WordList(area=room.area, room=room)


def on_site() -> WordList:
    found = WordList.objects.filter(area=SITE).first()
    return found or WordList(area=SITE)


def change(*, by: Membership, version: str = "", **typed: str) -> WordList:
    """A room's words, each kind a word a line. They hold for what is said from the commit on.

    `version` is of the list that was changed on the page: a list that somebody else changed in
    the meantime is not overwritten. Raises Invalid, Refused or Conflict.
    """
    asked = {kind: "\n".join(words.checked(typed.get(kind, ""))) for kind in KINDS}
    if not by.may_moderate:
        raise Refused(_("Only the room's moderators and owners can change its words."))
    with transaction.atomic():
        room = Room.lock(by.room_id)
        (me,) = Membership.objects.now(room, by.user)
        if not me.may_moderate:
            raise Refused(_("Only the room's moderators and owners can change its words."))
        return _change(by.user, room.area, room, asked, version)


def change_site(*, by: User, version: str = "", **typed: str) -> WordList:
    """The same for all rooms, by the site's staff."""
    asked = {kind: "\n".join(words.checked(typed.get(kind, ""))) for kind in KINDS}
    with transaction.atomic():
        if not User.objects.get(pk=by.pk).is_in_charge:
            raise Refused(_("Only the site's staff can do this."))
        return _change(by, SITE, None, asked, version)


def _change(
    by: User, area: str, room: Room | None, asked: dict[str, str], version: str
) -> WordList:
    WordList.objects.get_or_create(area=area, defaults={"room": room})
    found = WordList.objects.select_for_update().get(area=area)
    if version and version != str(found.version):
        raise Conflict(
            _("Somebody else changed these words in the meantime. Look at them as they are now.")
        )
    before = {kind: getattr(found, kind) for kind in KINDS}
    if before == asked:
        return found
    for kind in KINDS:
        setattr(found, kind, asked[kind])
    found.version, found.changed_at = found.version + 1, timezone.now()
    found.save(update_fields=[*KINDS, "version", "changed_at"])
    gone = {kind: _missing(before[kind], asked[kind]) for kind in KINDS}
    new = {kind: _missing(asked[kind], before[kind]) for kind in KINDS}
    audit.record(
        by=by,
        verb=gettext_noop("changed words"),
        area=area,
        before=_filled(gone),
        after=_filled(new),
    )
    return found


def _missing(these: str, those: str) -> str:
    """The words of one list that another does not have, the first of them."""
    others = set(those.split("\n"))
    found = [word for word in these.split("\n") if word and word not in others]
    more = f" (+{len(found) - TOLD})" if len(found) > TOLD else ""
    return ", ".join(found[:TOLD]) + more


def _filled(told: dict[str, str]) -> dict[str, Any]:
    return {kind: words for kind, words in told.items() if words}


def _area(room_pk: int) -> str:
    return f"room:{room_pk}"
