"""The nouns: rooms, members, messages, sanctions."""

from rooms.models.members import Membership, Role
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Posting, Room
from rooms.models.sanctions import Measure, Sanction

__all__ = [
    "Kind",
    "Measure",
    "Membership",
    "Message",
    "Posting",
    "Role",
    "Room",
    "Sanction",
]
