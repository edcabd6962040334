"""The nouns: rooms, members, messages, mentions, saved messages, letters."""

from rooms.models.letters import Letter, Mailing, Subject
from rooms.models.members import Attention, Membership, Role
from rooms.models.mentions import Mention
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Room
from rooms.models.saved import Saved

__all__ = [
    "Attention",
    "Kind",
    "Letter",
    "Mailing",
    "Membership",
    "Mention",
    "Message",
    "Role",
    "Room",
    "Saved",
    "Subject",
]
