"""How templates say what an entry of the log changed."""

from typing import Any

from django import template
from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AuditEntry
from rooms.models import Joining, Kind, Posting, Role, Room, Some, Verdict, WordList
from rooms.templatetags.civil import duration

register = template.Library()

NAMES = {
    **{
        field.name: field.verbose_name for model in (Room, WordList) for field in model._meta.fields
    },
    "erase": gettext_lazy("messages erased"),
    "lasts": gettext_lazy("lasts"),
    "messages": gettext_lazy("messages"),
    "role": gettext_lazy("role"),
    "until": gettext_lazy("until"),
    "uses": gettext_lazy("for how many people"),
    "verdict": gettext_lazy("decided"),
}
CHOICES: dict[str, type[TextChoices]] = {
    "calling": Some,
    "inviting": Some,
    "joining": Joining,
    "posting": Posting,
    "role": Role,
    "verdict": Verdict,
}


@register.filter
def in_words(changed: dict[str, Any]) -> list[tuple[str, str]]:
    """Each thing that is, or was, with its name, as people read it; unknown ones as they are."""
    return [(str(NAMES.get(key, key)), _value(key, value)) for key, value in changed.items()]


@register.filter
def placed(entries: list[AuditEntry]) -> list[AuditEntry]:
    """Each with the name of the room where it was done as `place`, or "". One query, none where
    nothing was done in a room."""
    keys = {entry.area.removeprefix("room:") for entry in entries}
    rooms = Room.objects.exclude(kind=Kind.DIRECT).filter(pk__in=filter(str.isdigit, keys))
    names = {room.area: room.name for room in rooms.only("name")}
    for entry in entries:
        entry.place = names.get(entry.area, "")  # type: ignore[attr-defined]
    return entries


def _value(key: str, value: Any) -> str:
    if value in (None, "", 0, False):
        return _("none") if value is not False else _("no")
    if value is True:
        return _("yes")
    if key in CHOICES and value in CHOICES[key].values:
        return str(CHOICES[key](value).label)
    if key == "slow_mode" and isinstance(value, int):
        return duration(value)
    if isinstance(value, str) and len(value) >= len("2026-05-05T12:00") and value[4:5] == "-":
        at = parse_datetime(value)
        return date_format(localtime(at), _("j M Y, H:i")) if at else value
    return str(value)
