"""The nouns: rooms, members, messages, mentions, sanctions, saved messages, letters."""

from rooms.models.letters import Letter, Mailing, Subject
from rooms.models.members import Attention, Membership, Role
from rooms.models.mentions import Mention
from rooms.models.messages import Message
from rooms.models.rooms import Kind, Posting, Room
from rooms.models.sanctions import Measure, Sanction
from rooms.models.saved import Saved

__all__ = [
    "Attention",
    "Kind",
    "Letter",
    "Mailing",
    "Measure",
    "Membership",
    "Mention",
    "Message",
    "Posting",
    "Role",
    "Room",
    "Sanction",
    "Saved",
    "Subject",
]
