"""The nouns: rooms, members, messages, mentions."""

from rooms.models.members import Attention, Membership, Role
from rooms.models.mentions import Mention
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Room

__all__ = ["Attention", "Kind", "Membership", "Mention", "Message", "Role", "Room"]
