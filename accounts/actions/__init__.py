"""The verbs that concern people on the whole site."""

from accounts.actions import audit

__all__ = ["audit"]
