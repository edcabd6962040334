"""The nouns: rooms, members, messages."""

from rooms.models.members import Membership, Role
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Room

__all__ = ["Kind", "Membership", "Message", "Role", "Room"]
