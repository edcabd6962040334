"""The nouns: people, and the log of what was done to them."""

from accounts.models.audit import SITE, AuditEntry
from accounts.models.people import (
    TONES,
    People,
    User,
    check_time_zone,
    initials,
    site_time_zone,
    tone,
)

__all__ = [
    "SITE",
    "TONES",
    "AuditEntry",
    "People",
    "User",
    "check_time_zone",
    "initials",
    "site_time_zone",
    "tone",
]
