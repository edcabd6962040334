"""Make and change rooms."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.actions import audit
from accounts.models import User
from accounts.names import normalise, room_problem, skeleton
from rooms import durations
from rooms.actions.invitations import area
from rooms.errors import Invalid, Refused
from rooms.markup import clean
from rooms.models import Joining, Kind, Membership, Posting, Role, Room, Some
from rooms.models.rooms import INVITERS, MADE
from rooms.realtime import events

RESERVED = frozenset({"new"})
LONGEST_TOPIC = 250
LONGEST_NOTICE = 500
OWNERS_ONLY = frozenset({"name", "joining", "inviting", "calling", "retention"})
GRACE = timedelta(days=1)  # until a shorter retention begins, so that a slip can be mended
NOT_YOURS = gettext_lazy("Only the room's owners and moderators can change it.")


def create(*, owner: User, name: str, topic: str = "", kind: str = Kind.PUBLIC) -> Room:
    """Make a room with its owner in it. Raises Invalid for a name that cannot be had.

    A private room's address ends in something that nobody guesses, and its name may stand beside
    an equal one: neither a refusal nor a taken address tells a stranger that it exists.
    """
    name, key = _checked_name(name)
    topic = _checked_topic(topic)
    if kind not in MADE:
        raise Invalid(_("A room is public or private."))
    slug = _slug(name, private=kind == Kind.PRIVATE)
    try:
        with transaction.atomic():
            room = Room.objects.create(name=name, name_key=key, slug=slug, topic=topic, kind=kind)
            Membership.objects.create(room=room, user=owner, role=Role.OWNER)
            events.rooms_changed(owner.pk)
    except IntegrityError:
        raise _taken(name) from None
    return room


def change(
    *,
    by: Membership,
    name: str | None = None,
    topic: str | None = None,
    notice: str | None = None,
    slow_mode: str | None = None,
    posting: str | None = None,
    links_after: str | None = None,
    held_first: str | None = None,
    joining: str | None = None,
    inviting: str | None = None,
    calling: str | None = None,
    retention: str | None = None,
    archived: bool | None = None,
) -> Room:
    """Change what is given of a room; its address stays. `OWNERS_ONLY` is the owners' alone.

    One version of the room for all of it, and one entry in the log. A room that becomes archived
    closes its pages. Raises Invalid or Refused.
    """
    asked: dict[str, Any] = {
        "topic": None if topic is None else _checked_topic(topic),
        "notice": None if notice is None else _checked_notice(notice),
        "slow_mode": None if slow_mode is None else durations.pause(slow_mode),
        "posting": None if posting is None else _checked_posting(posting),
        "links_after": None if links_after is None else durations.wait(links_after),
        "held_first": None if held_first is None else durations.first(held_first),
        "joining": _one_of(joining, Joining.values),
        "inviting": _one_of(inviting, [value for value, _label in INVITERS]),
        "retention": None if retention is None else durations.retention(retention),
        "calling": _one_of(calling, Some.values),
    }
    if name is not None:
        asked["name"], asked["name_key"] = _checked_name(name)
    if not by.may_moderate:
        raise Refused(NOT_YOURS)
    try:
        with transaction.atomic():
            room = Room.lock(by.room_id)
            return _change(by, room, asked, archived)
    except IntegrityError:
        raise _taken(asked.get("name", "")) from None


def _change(by: Membership, room: Room, asked: dict[str, Any], archived: bool | None) -> Room:
    (me,) = Membership.objects.now(room, by.user)
    if archived is not None and archived != room.is_archived:
        asked["archived_at"] = timezone.now() if archived else None
    new = {
        key: value
        for key, value in asked.items()
        if value != getattr(room, key) and (value is not None or key == "archived_at")
    }
    if not me.may_moderate:
        raise Refused(NOT_YOURS)
    if OWNERS_ONLY & new.keys() and not me.may_manage:
        renames = _("Only an owner can rename this room.")
        raise Refused(renames if "name" in new else _("Only an owner can change that."))
    if "name" not in new:
        new.pop("name_key", None)
    if not new:
        return room
    if "retention" in new:
        new["retention_from"] = timezone.now() + GRACE
    old = {key: getattr(room, key) for key in new}
    for key, value in new.items():
        setattr(room, key, value)
    room.version = room.state_version = Room.advance(room.pk).version
    room.save(update_fields=[*new, "state_version"])
    told = new.keys() - {"name_key", "retention_from"}
    audit.record(
        by=by.user,
        verb=gettext_noop("changed room"),
        area=room.area,
        subject=room.name,
        before={key: old[key] for key in told},
        after={key: new[key] for key in told},
    )
    events.room_changed(room)
    if room.is_archived and "archived_at" in new:
        events.room_archived(room)
    return room


def take_away(*, by: Membership) -> None:
    """An owner, or the site's staff, takes a copy of the room; the log says so. Raises Refused."""
    if not by.may_manage:
        raise Refused(_("Only an owner can take a copy of this room."))
    with transaction.atomic():
        audit.record(
            by=by.user, verb=gettext_noop("took copy"), area=area(by.room_id), subject=by.room.name
        )


def _checked_name(name: str) -> tuple[str, str]:
    name = normalise(name)
    problem = room_problem(name)
    if problem:
        raise Invalid(problem)
    if slugify(name, allow_unicode=True) in RESERVED:
        raise Invalid(
            _("“%(name)s” is an address that Hubbub needs itself. Please add a word to it.")
            % {"name": name}
        )
    return name, skeleton(name)


def _checked_topic(topic: str) -> str:
    topic = normalise(clean(topic))
    if len(topic) > LONGEST_TOPIC:
        raise Invalid(
            _("A topic has at most %(longest_topic)s characters.")
            % {"longest_topic": LONGEST_TOPIC}
        )
    return topic


def _checked_notice(notice: str) -> str:
    notice = clean(notice)
    if len(notice) > LONGEST_NOTICE:
        raise Invalid(
            _("A pinned notice has at most %(longest_notice)s characters.")
            % {"longest_notice": LONGEST_NOTICE}
        )
    return notice


def _checked_posting(posting: str) -> str:
    if posting not in Posting.values:
        raise Invalid(_("Everyone, moderators or nobody may post."))
    return posting


def _one_of(value: str | None, choices: Collection[str]) -> str | None:
    if value is not None and value not in choices:
        raise Invalid(_("Choose one of what is offered."))
    return value


def _slug(name: str, *, private: bool) -> str:
    slug = slugify(name, allow_unicode=True)[:60].strip("-_")
    if private or not slug:
        slug = f"{slug}-{secrets.token_hex(4)}".strip("-")
    return slug


def _taken(name: str) -> Invalid:
    return Invalid(
        _("There is already a room called “%(name)s”, or one too like it to tell apart.")
        % {"name": name}
    )
