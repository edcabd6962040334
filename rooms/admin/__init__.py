"""The rooms and what was said in them, in Django's admin."""

from rooms.admin import messages, rooms, words

__all__ = ["messages", "rooms", "words"]
