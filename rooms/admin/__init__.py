"""The rooms, what was said in them, reported there and done about it, in Django's admin."""

from rooms.admin import messages, reports, rooms, sanctions, words

__all__ = ["messages", "reports", "rooms", "sanctions", "words"]
