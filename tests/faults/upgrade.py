"""The release after this one, as a running one meets it: a column more, and code that uses it.

What a careful release does: the column may be absent from what the old code writes, so that both
run side by side while the migration has been applied.
"""

from django.db import connection, models

from rooms.models import Message

COLUMN = "written_with"


def field() -> "models.Field[str | None, str | None]":
    return models.CharField(max_length=20, null=True, default="next")


def migrate() -> None:
    """Apply the next release's migration to the live database."""
    column = field()
    column.set_attributes_from_name(COLUMN)
    column.model = Message
    column.default = models.NOT_PROVIDED
    with connection.schema_editor() as editor:
        editor.execute("SET lock_timeout = '2s'") if connection.vendor == "postgresql" else None
        editor.add_field(Message, column)
        editor.add_index(Message, models.Index(fields=["room", "created_at"], name="next_index"))


def revert() -> None:
    """Leave the database as this release has it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS next_index")
        cursor.execute(f"ALTER TABLE rooms_message DROP COLUMN {COLUMN}")


def become_next_release() -> None:
    """In a server process: every message is written and read with the new column."""
    field().contribute_to_class(Message, COLUMN)
