"""The rooms, what was said in them, reported there and done about it, in Django's admin."""

from rooms.admin import held, members, messages, reports, rooms, sanctions, words

__all__ = ["held", "members", "messages", "reports", "rooms", "sanctions", "words"]
