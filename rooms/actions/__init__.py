"""The verbs: every write that somebody else must hear of, and nothing else that publishes."""

from rooms.actions import (
    invitations,
    leaving,
    letters,
    members,
    mentions,
    messages,
    rooms,
    sanctions,
    saved,
)

__all__ = [
    "invitations",
    "leaving",
    "letters",
    "members",
    "mentions",
    "messages",
    "rooms",
    "sanctions",
    "saved",
]
