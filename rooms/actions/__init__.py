"""The verbs: every write that somebody else must hear of, and nothing else that publishes."""

from rooms.actions import invitations, members, messages, rooms

__all__ = ["invitations", "members", "messages", "rooms"]
