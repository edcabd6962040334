"""The verbs: every write that somebody else must hear of, and nothing else that publishes."""

from rooms.actions import members, messages, rooms, sanctions

__all__ = ["members", "messages", "rooms", "sanctions"]
