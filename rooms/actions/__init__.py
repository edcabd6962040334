"""The verbs: every write that somebody else must hear of, and nothing else that publishes."""

from rooms.actions import (
    attachments,
    conversations,
    held,
    invitations,
    leaving,
    letters,
    members,
    mentions,
    messages,
    reactions,
    reports,
    retention,
    rooms,
    sanctions,
    saved,
    words,
)

__all__ = [
    "attachments",
    "conversations",
    "held",
    "invitations",
    "leaving",
    "letters",
    "members",
    "mentions",
    "messages",
    "reactions",
    "reports",
    "retention",
    "rooms",
    "sanctions",
    "saved",
    "words",
]
