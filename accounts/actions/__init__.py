"""The verbs that concern people on the whole site."""

from accounts.actions import audit, notes, sanctions, sessions

__all__ = ["audit", "notes", "sanctions", "sessions"]
