"""The rooms, what was said in them, reported there and done about it, in Django's admin."""

from rooms.admin import held, messages, reports, rooms, sanctions, words

__all__ = ["held", "messages", "reports", "rooms", "sanctions", "words"]
