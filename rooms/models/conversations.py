"""What tells a conversation of two people from other rooms."""

from django.utils.translation import gettext as _

from accounts.models import User

# Of a membership, with the present moment: whether its person blocks the other one (“mine”), or
# the other one cannot be written to (“theirs”), which says no more than that on purpose.
SILENCE = """
CASE WHEN rooms_membership.other_id IS NULL THEN ''
WHEN EXISTS (SELECT 1 FROM accounts_block AS mine
    WHERE mine.by_id = rooms_membership.user_id AND mine.person_id = rooms_membership.other_id
) THEN 'mine'
WHEN EXISTS (SELECT 1 FROM accounts_block AS theirs
    WHERE theirs.by_id = rooms_membership.other_id AND theirs.person_id = rooms_membership.user_id
) OR NOT EXISTS (SELECT 1 FROM accounts_user AS other
    WHERE other.id = rooms_membership.other_id AND other.is_active
    AND (other.suspended_until IS NULL OR other.suspended_until <= %s)
) THEN 'theirs' ELSE '' END
"""


def pair(one: User, other: User) -> str:
    """The key that the one conversation of these two has, whoever asks."""
    return "-".join(map(str, sorted((one.pk, other.pk))))


def name_of(other: User | None) -> str:
    """What a conversation is called, by who is at its other end; None for somebody who left."""
    return other.name if other is not None else _("A former member")


def silence(kind: str, other: User | None) -> str:
    """Why nothing is written to `other` now, as a sentence, or ""; `kind` is what SILENCE says."""
    if other is None or not other.is_active:
        return _("Nobody is here any more but you: this can be read, and nobody answers.")
    if kind == "mine":
        told = _("You block %(name)s: unblock them to write to one another again.")
        return told % {"name": other.name}
    if kind == "theirs":
        return _("%(name)s cannot be written to at the moment.") % {"name": other.name}
    return ""
