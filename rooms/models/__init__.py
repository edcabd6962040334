"""The nouns: rooms, members, messages, mentions, saved messages."""

from rooms.models.members import Attention, Membership, Role
from rooms.models.mentions import Mention
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Room
from rooms.models.saved import Saved

__all__ = ["Attention", "Kind", "Membership", "Mention", "Message", "Role", "Room", "Saved"]
