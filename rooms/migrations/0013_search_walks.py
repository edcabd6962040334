"""PostgreSQL searches the newest messages of where it looks by two more indexes."""

from typing import Any

from django.db import migrations

from rooms.search import postgresql


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        postgresql.create_walks()


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        postgresql.drop_walks()


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0012_mentions_outside"),
    ]

    operations = [
        migrations.RunPython(create, drop),
    ]
