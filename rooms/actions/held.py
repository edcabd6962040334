"""Hold what has to be looked at first; reject it, take it back, forget it. `messages.approve`
lets it in."""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actions import audit
from accounts.actions.notices import tell
from accounts.models import User
from rooms.actions import attachments, replies, rules
from rooms.errors import Conflict, Refused
from rooms.markup import clean
from rooms.models import Attachment, Decision, Held, Membership, Role, Room
from rooms.models.sanctions import with_reason
from rooms.realtime import events
from rooms.words import MASK

MOST = 10
TOLD = 100
KEPT = timedelta(days=30)
AT_ONCE = 500
NOT_YOURS = gettext_lazy("Only the room's moderators can let messages in, or reject them.")


def hold(
    *,
    room: Room,
    author: User,
    said: rules.Said,
    nonce: str | None,
    why: str,
    reply: int | None = None,
) -> tuple[Held, int]:
    """Keep what is `said`, files included, for the moderators of `room`, and for how long slow
    mode has its author wait.

    The same nonce is held once. Raises Refused where the author may not write, has too much
    waiting, or had this rejected before, and Conflict for a nonce that came with another text.
    """
    with transaction.atomic():
        room = Room.lock(room.pk)
        (me,) = Membership.objects.now(room, author)
        if me.obstacle:
            raise Refused(me.obstacle)
        before = Held.objects.filter(author=author, room=room, nonce=nonce).first()
        if nonce is not None and before is not None:
            return _again(before, said.text, reply), me.wait
        if me.held_count >= MOST:
            text = _("%(count)s messages of yours wait for a moderator. Let these be seen first.")
            raise Refused(text % {"count": me.held_count})
        original = None if reply is None else replies.replied_to(room, reply, author).message
        held = Held.objects.create(
            room=room,
            author=author,
            reply_to=original,
            text=said.text,
            nonce=nonce,
            why=why,
            word=said.held[:100],
        )
        if said.files:
            Attachment.objects.claim(said.files, held=held)
        Membership.objects.filter(pk=me.pk).update(
            draft="", posted_before=F("last_posted_at"), last_posted_at=timezone.now()
        )
        _count(room, author.pk)
    return held, room.slow_mode


def reject(*, by: Membership, held: Held, reason: str = "") -> None:
    """It stays out, and its author reads why. Raises Refused or Conflict."""
    reason = clean(reason)[:250]
    with transaction.atomic():
        room, me, author = decide(by, held, Decision.REJECTED, reason)
        attachments.discard(held.attachments.all())
        address = reverse("rooms:held", args=[room.slug])
        tell(people=[author.user], text=partial(_rejected, room, reason), address=address)
        audit.record(
            by=me.user,
            verb=gettext_noop("rejected message"),
            area=room.area,
            target=author.user,
            reason=reason,
        )


def _rejected(room: Room, reason: str) -> str:
    told = _("A moderator of “%(room)s” did not let a message of yours in.")
    return with_reason(told % {"room": room.name}, reason)


def take_back(*, by: Membership, held: Held) -> None:
    """Its author wants it no more. Raises Refused or Conflict."""
    with transaction.atomic():
        room = Room.lock(by.room_id)
        if held.author_id != by.user_id:
            raise Refused(_("Only its author can take it back."))
        _claim(held, Decision.WITHDRAWN, by.user, "")
        attachments.discard(held.attachments.all())
        _count(room, held.author_id)


def withdraw_all(room: Room, user_pk: int) -> None:
    """Whoever leaves a room takes along what waits there; under the room's lock. One query for
    most, who have nothing waiting."""
    theirs = Held.objects.waiting().filter(room=room.pk, author=user_pk)
    pks = list(theirs.values_list("pk", flat=True))
    if pks:
        theirs.update(decision=Decision.WITHDRAWN, decided_at=timezone.now(), text="")
        attachments.discard(Attachment.objects.filter(held__in=pks))
        _count(room, user_pk)


def forget() -> bool:
    """Delete some of what was decided a month ago; whether there was any."""
    old = Held.objects.filter(decided_at__lt=timezone.now() - KEPT).values("pk")[:AT_ONCE]
    deleted, _each = Held.objects.filter(pk__in=[row["pk"] for row in old]).delete()
    return bool(deleted)


def decide(
    by: Membership, held: Held, decision: Decision, reason: str
) -> tuple[Room, Membership, Membership]:
    """Claim the decision for one moderator, under the room's lock; who decides, and its author.

    Raises Refused, or Conflict for whoever comes second.
    """
    room = Room.lock(by.room_id)
    me, author = Membership.objects.now(room, by.user, held.author)
    if not me.may_moderate:
        raise Refused(NOT_YOURS)
    if not me.may_act_on(author):
        raise Refused(_("You cannot do that to somebody with the same or a higher role."))
    _claim(held, decision, by.user, reason)
    _count(room, held.author_id)
    return room, me, author


def _claim(held: Held, decision: Decision, by: User, reason: str) -> None:
    waiting = Held.objects.waiting().filter(pk=held.pk)
    kept = {} if decision == Decision.REJECTED else {"text": ""}
    if not waiting.update(
        decision=decision, decided_at=timezone.now(), decided_by=by, reason=reason, **kept
    ):
        raise Conflict(_("That was decided in the meantime: it does not wait any more."))


def _again(held: Held, text: str, reply: int | None) -> Held:
    """The same nonce once more."""
    is_other = held.text != text and MASK not in held.text
    if held.text and (is_other or not replies.is_same(held, reply)):
        raise Conflict(rules.ANOTHER_TEXT)
    if held.decision == Decision.REJECTED:
        raise Refused(with_reason(_("A moderator did not let this message in."), held.reason))
    if held.decision:
        raise Refused(_("This message was taken back."))
    return held


def _count(room: Room, author_pk: int) -> None:
    """Those who decide, and the author, see at once how many wait now."""
    Held.objects.count_anew(room.pk, author_pk)
    deciding = room.memberships.filter(role__in=(Role.OWNER, Role.MODERATOR))
    events.standings_changed(
        room.pk, [author_pk, *deciding.order_by("pk").values_list("user_id", flat=True)[:TOLD]]
    )
