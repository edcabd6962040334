"""The verbs that concern people on the whole site."""

from accounts.actions import audit, invitations, notes, sanctions, sessions

__all__ = ["audit", "invitations", "notes", "sanctions", "sessions"]
