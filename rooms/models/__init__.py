"""The nouns: rooms, members, messages, attachments, mentions, sanctions, reports, letters, …"""

from rooms.models.attachments import Attachment
from rooms.models.cases import Case, Verdict
from rooms.models.held import Decision, Held, Why
from rooms.models.letters import Letter, Mailing, Subject
from rooms.models.members import Attention, Membership
from rooms.models.mentions import Mention
from rooms.models.messages import Message
from rooms.models.reactions import Reaction
from rooms.models.reports import Report, ReportKind
from rooms.models.roles import Role
from rooms.models.rooms import Joining, Kind, Posting, Room, Some
from rooms.models.sanctions import Measure, Sanction
from rooms.models.saved import Saved
from rooms.models.words import WordList

__all__ = [
    "Attachment",
    "Attention",
    "Case",
    "Decision",
    "Held",
    "Joining",
    "Kind",
    "Letter",
    "Mailing",
    "Measure",
    "Membership",
    "Mention",
    "Message",
    "Posting",
    "Reaction",
    "Report",
    "ReportKind",
    "Role",
    "Room",
    "Sanction",
    "Saved",
    "Some",
    "Subject",
    "Verdict",
    "Why",
    "WordList",
]
