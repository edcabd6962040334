"""The nouns: people, what was done to them, and the log of it."""

from accounts.models.audit import SITE, AuditEntry
from accounts.models.blocks import Block
from accounts.models.invitations import Invitation, InvitationUse
from accounts.models.notes import StaffNote
from accounts.models.notices import Notice
from accounts.models.people import (
    TONES,
    People,
    User,
    check_time_zone,
    initials,
    site_time_zone,
    tone,
)
from accounts.models.sanctions import FOREVER, Suspension, moment

__all__ = [
    "FOREVER",
    "SITE",
    "TONES",
    "AuditEntry",
    "Block",
    "Invitation",
    "InvitationUse",
    "Notice",
    "People",
    "StaffNote",
    "Suspension",
    "User",
    "check_time_zone",
    "initials",
    "moment",
    "site_time_zone",
    "tone",
]
