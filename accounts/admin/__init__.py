"""The site's accounts, in Django's admin."""

from accounts.admin import audit, invitations, people, sanctions

__all__ = ["audit", "invitations", "people", "sanctions"]
