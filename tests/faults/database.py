"""The campaign's own look at the database, in a thread, past every line that is made bad."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError, connections

from accounts.models import User
from rooms.markup import excerpt
from rooms.models import Kind, Membership, Message, Role, Room
from tests.faults.history import Stored, Truth
from tests.live import session_of

PATIENCE = 40.0
PASSWORD = "a long enough password"


async def ask[**P, R](function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """`function` in a thread of its own; again for a while, where the database is away."""

    def once() -> R:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    end = time.monotonic() + PATIENCE
    while True:
        try:
            return await asyncio.to_thread(once)
        except (OperationalError, InterfaceError):
            if time.monotonic() > end:
                raise
            await asyncio.sleep(0.1)


def people(names: Iterable[str]) -> dict[str, str]:
    """These people, new or not, each with the key of a session."""
    found = {}
    for name in names:
        user = User.objects.filter(username=name).first()
        if user is None:
            user = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        found[name] = session_of(user)
    return found


def room(name: str, members: Iterable[str], *, private: bool = False) -> str:
    """A room with these people in it, the first its owner. Its slug."""
    slug = f"{name}-{secrets.token_hex(3)}"
    made = Room.objects.create(
        name=slug, name_key=slug, slug=slug, kind=Kind.PRIVATE if private else Kind.PUBLIC
    )
    users = {user.username: user for user in User.objects.filter(username__in=list(members))}
    roles = [Role.OWNER] + [Role.MEMBER] * (len(users) - 1)
    for member, role in zip(dict.fromkeys(members), roles, strict=True):
        Membership.objects.create(room=made, user=users[member], role=role)
    return slug


def versions(slugs: Iterable[str]) -> dict[str, int]:
    return dict(Room.objects.filter(slug__in=list(slugs)).values_list("slug", "version"))


def seq_of(slug: str, nonce: str) -> int:
    """Where the message with this nonce stands; 0 while it is not there."""
    found = Message.objects.filter(room__slug=slug, nonce=nonce).values_list("seq", flat=True)
    return found.first() or 0


def quoted(message: Message) -> str:
    """What a reply to it says above its own text."""
    if message.removed_at:
        return "In reply to a message that was removed"
    return f"In reply to {message.author} {excerpt(message.text)}"


def truth(slug: str) -> Truth:
    found = Room.objects.get(slug=slug)
    people = ("author", "reply_to__author")
    messages = Message.objects.filter(room=found).select_related(*people).order_by("seq", "pk")
    stored = [
        Stored(
            seq=message.seq,
            version=message.version,
            posted_version=message.posted_version,
            author=message.author.username if message.author else "",
            nonce=message.nonce or "",
            text=message.text,
            edited=message.edited_at is not None,
            removed=message.removed_at is not None,
            original=message.reply_to.seq if message.reply_to else 0,
            reply=quoted(message.reply_to) if message.reply_to else "",
            chips=tuple((message.reactions or "").splitlines()),
        )
        for message in messages
    ]
    return Truth(slug, found.version, found.last_seq, stored)
