"""Make and change rooms."""

import secrets

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from accounts.actions import audit
from accounts.models import User
from accounts.names import normalise, room_problem, skeleton
from rooms.actions.invitations import area
from rooms.errors import Invalid, Refused
from rooms.markup import clean
from rooms.models import Kind, Membership, Role, Room
from rooms.realtime import events

RESERVED = frozenset({"new"})
LONGEST_TOPIC = 250


def create(*, owner: User, name: str, topic: str = "", kind: str = Kind.PUBLIC) -> Room:
    """Make a room with its owner in it. Raises Invalid for a name that cannot be had.

    A private room's address ends in something that nobody guesses, and its name may stand beside
    an equal one: neither a refusal nor a taken address tells a stranger that it exists.
    """
    name, key = _checked_name(name)
    topic = _checked_topic(topic)
    if kind not in Kind.values:
        raise Invalid("A room is public or private.")
    slug = _slug(name, private=kind == Kind.PRIVATE)
    try:
        with transaction.atomic():
            room = Room.objects.create(name=name, name_key=key, slug=slug, topic=topic, kind=kind)
            Membership.objects.create(room=room, user=owner, role=Role.OWNER)
            events.rooms_changed(owner.pk)
    except IntegrityError:
        raise _taken(name) from None
    return room


def change(*, by: Membership, name: str, topic: str) -> Room:
    """Rename a room and set its topic; its address stays. Raises Invalid or Refused."""
    if not by.may_manage:
        raise Refused("Only an owner can change this room.")
    name, key = _checked_name(name)
    topic = _checked_topic(topic)
    room = by.room
    if (name, topic) == (room.name, room.topic):
        return room
    try:
        with transaction.atomic():
            room.version = room.state_version = Room.advance(room.pk).version
            room.name, room.name_key, room.topic = name, key, topic
            room.save(update_fields=["name", "name_key", "topic", "state_version"])
            events.room_changed(room)
    except IntegrityError:
        room.refresh_from_db()
        raise _taken(name) from None
    return room


def take_away(*, by: Membership) -> None:
    """An owner, or the site's staff, takes a copy of the room; the log says so. Raises Refused."""
    if not (by.may_manage or by.user.is_in_charge):
        raise Refused("Only an owner can take a copy of this room.")
    with transaction.atomic():
        audit.record(by=by.user, verb="took copy", area=area(by.room_id), subject=by.room.name)


def _checked_name(name: str) -> tuple[str, str]:
    name = normalise(name)
    problem = room_problem(name)
    if problem:
        raise Invalid(problem)
    if slugify(name, allow_unicode=True) in RESERVED:
        raise Invalid(f"“{name}” is an address that Hubbub needs itself. Please add a word to it.")
    return name, skeleton(name)


def _checked_topic(topic: str) -> str:
    topic = normalise(clean(topic))
    if len(topic) > LONGEST_TOPIC:
        raise Invalid(f"A topic has at most {LONGEST_TOPIC} characters.")
    return topic


def _slug(name: str, *, private: bool) -> str:
    slug = slugify(name, allow_unicode=True)[:60].strip("-_")
    if private or not slug:
        slug = f"{slug}-{secrets.token_hex(4)}".strip("-")
    return slug


def _taken(name: str) -> Invalid:
    return Invalid(f"There is already a room called “{name}”, or one too like it to tell apart.")
