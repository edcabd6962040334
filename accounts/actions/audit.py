"""Write the audit log."""

from typing import Any

from django.db import transaction

from accounts.models import SITE, AuditEntry, User


def record(
    *,
    by: User | None,
    verb: str,
    area: str = SITE,
    target: User | None = None,
    subject: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Say what is being done, inside the transaction that does it: both happen or neither.

    `by` is None for what the site does by itself. One query. Too long a subject or reason is cut.
    Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An entry belongs to what it tells of.")
    return AuditEntry.objects.create(
        area=area,
        actor=by,
        verb=verb,
        target=target,
        subject=subject.replace("\x00", "")[:250],
        reason=reason.replace("\x00", "")[:500],
        before=before or {},
        after=after or {},
    )
