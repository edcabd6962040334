"""The verbs that concern people on the whole site."""

from accounts.actions import audit, blocks, invitations, notes, notices, people, sanctions, sessions

__all__ = ["audit", "blocks", "invitations", "notes", "notices", "people", "sanctions", "sessions"]
