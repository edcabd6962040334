"""Answer to a sanction, once; see `cases` for what becomes of it."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.actions import audit
from accounts.models import SITE, Suspension, User
from rooms.actions.cases import lock_people
from rooms.errors import Invalid, Refused
from rooms.markup import clean
from rooms.models import Case, Room, Sanction
from rooms.realtime import events

LONGEST_ANSWER = 2_000


def appeal(*, person: User, against: Sanction | Suspension, text: str) -> Case:
    """Answer to what one was sanctioned with, once. Raises Invalid or Refused."""
    text = clean(text)
    if not text:
        raise Invalid(_("Write something first."))
    if len(text) > LONGEST_ANSWER:
        raise Invalid(_("An answer has at most %(most)d characters.") % {"most": LONGEST_ANSWER})
    with transaction.atomic():
        if isinstance(against, Sanction):
            Room.lock(against.room_id)
        else:
            lock_people(person.pk)
        now = type(against).objects.select_for_update().get(pk=against.pk)
        if now.person_id != person.pk or not now.stands:
            raise Refused(_("That is over: there is nothing to answer to any more."))
        in_room = isinstance(now, Sanction)
        key = {"sanction": now} if in_room else {"suspension": now}
        if Case.objects.filter(**key).exists():
            raise Refused(_("You have answered already."))
        room = now.room if isinstance(now, Sanction) else None
        case = Case.objects.create(room=room, person=person, answer=text, moves=1, **key)
        audit.record(
            by=person,
            verb=gettext_noop("appealed"),
            area=room.area if room else SITE,
            target=person,
            subject=str(now) if in_room else "",
        )
        events.cases_changed(room.pk if room else None)
    return case
