"""Broken builds: each takes one promise-keeping part out of a server process before it serves.

A campaign that passes with one of them proves nothing, so each must be caught, by the invariant
that is named here, under the fault that is named here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutation:
    apply: Callable[[], None]
    fault: str
    caught_by: str


def no_gap_healing() -> None:
    """What the layer loses stays lost."""
    from rooms.realtime.feed import Feed

    put(Feed, "heal", lambda self, *_, **__: None)


def no_unique_nonce() -> None:
    """A message that is sent again is another message."""
    from rooms.actions import messages

    post = messages.post
    put(messages, "post", lambda *, nonce=None, **more: post(nonce=None, **more))


def publish_before_commit() -> None:
    """What is announced may never be stored."""
    from rooms.realtime import events

    put(events, "_on_commit", lambda make: events._publish(make))


def cursor_by_id() -> None:
    """Catching up goes by the messages' ids, the newest that the page can have seen and on."""
    from rooms.models.messages import MessageQuerySet

    def changed_since(self: Any, version: int, count: int) -> Any:
        seen = self.filter(posted_version__lte=version).order_by("-pk").values_list("pk")[:1]
        return self.filter(pk__gt=(seen or [(0,)])[0][0]).order_by("pk")[:count].lines()

    put(MessageQuerySet, "changed_since", changed_since)


def kick_not_enforced() -> None:
    """Whoever is removed or signed out keeps the pages that are open."""
    from rooms.realtime import hub

    async def nothing(*_: Any, **__: Any) -> None:
        pass

    put(hub.Hub, "_end", nothing)
    put(hub.Hub, "_sign_out", nothing)
    put(hub.Hub, "recheck", nothing)


def edits_not_in_catch_up() -> None:
    """Who comes back is given new messages, and not what happened to those it has."""
    from rooms.models.messages import MessageQuerySet

    def changed_since(self: Any, version: int, count: int) -> Any:
        return self.filter(posted_version__gt=version).order_by("posted_version")[:count].lines()

    put(MessageQuerySet, "changed_since", changed_since)


def replies_do_not_follow() -> None:
    """What a reply shows of a message stays as it was when that is changed or removed."""
    from rooms.actions import replies

    put(replies, "follow", lambda *_: False)


def put(owner: Any, name: str, value: Any) -> None:
    """Replace what is there; a name that is gone must not make a mutation harmless unseen."""
    assert hasattr(owner, name), f"{owner} has no {name} to take out"
    setattr(owner, name, value)


MUTATIONS = {
    "no gap healing": Mutation(no_gap_healing, "publishes dropped", "I3"),
    "no unique nonce": Mutation(no_unique_nonce, "one nonce ten times at once", "I1"),
    "publish before commit": Mutation(publish_before_commit, "commits fail", "I3"),
    "cursor by id": Mutation(cursor_by_id, "edited while all are away", "I3"),
    "kick not enforced": Mutation(kick_not_enforced, "membership removed", "I4"),
    "edits not in catch-up": Mutation(edits_not_in_catch_up, "edited while all are away", "I3"),
    "replies do not follow": Mutation(replies_do_not_follow, "edited while all are away", "I3"),
}
