from typing import Any

from django.db import migrations

import rooms.models.found
from rooms.models.found import terms_of
from rooms.search import postgresql, sqlite

BATCH = 1_000


def read_what_there_is(apps: Any, schema_editor: Any) -> None:
    """Compute the terms of all messages, room by room."""
    Message = apps.get_model("rooms", "Message")
    for room in apps.get_model("rooms", "Room").objects.iterator():
        messages = Message.objects.filter(room=room).only("seq", "text", "html", "author_id")
        seq = 0
        while batch := list(messages.filter(seq__gt=seq).order_by("seq")[:BATCH]):
            for message in batch:
                message.terms = terms_of(message, room)
            Message.objects.bulk_update(batch, ["terms"])
            seq = batch[-1].seq


def index_of(schema_editor: Any) -> Any:
    return postgresql if schema_editor.connection.vendor == "postgresql" else sqlite


def create_index(apps: Any, schema_editor: Any) -> None:
    index_of(schema_editor).create()


def drop_index(apps: Any, schema_editor: Any) -> None:
    index_of(schema_editor).drop()


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL indexes no table that has changes pending

    dependencies = [
        ("rooms", "0005_unread"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="terms",
            field=rooms.models.found.TermsField(),
        ),
        migrations.RunPython(read_what_there_is, migrations.RunPython.noop),
        migrations.RunPython(create_index, drop_index),
    ]
