"""What the search knows of a message, kept in the message itself."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from rooms.models.files import files_of
from rooms.terms import MARK, terms

if TYPE_CHECKING:
    from rooms.models.messages import Message
    from rooms.models.rooms import Room

PUBLIC = f"{MARK}public"
HAS = {"link": f"{MARK}link", "code": f"{MARK}code", "file": f"{MARK}file"}
_SIGNS = {"link": "<a ", "code": "<code"}


def room_term(pk: int) -> str:
    return f"{MARK}r{pk}"


def author_term(pk: int) -> str:
    return f"{MARK}a{pk}"


def terms_of(message: "Message", room: "Room") -> list[str]:
    """The words of a message and of its files' names in order, then what else it is found by.

    Who may read it is among these, so that the index itself leaves out what one may not read: a
    search takes no longer for what is said in rooms that one does not know of. A room's kind
    never changes; should it one day, its messages have to be saved again.
    """
    files = files_of(getattr(message, "files", None))  # an early migration knows of none
    found = terms(message.text)
    found += [term for file in files for term in terms(file.name)]
    found += [HAS["file"]] if files else []
    found += [HAS[what] for what, sign in _SIGNS.items() if sign in message.html]
    found += [PUBLIC] if room.kind == "public" else []
    found += [author_term(message.author_id)] if message.author_id else []
    return [*found, room_term(room.pk)]


class TermsField(models.Field):  # type: ignore[type-arg]
    """The terms of the message that it belongs to, computed whenever it is saved.

    A `tsvector` where there is one, else words with spaces between. Never asked for by itself.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "editable": False, "blank": True, "default": list})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        for known in ("editable", "blank", "default"):
            options.pop(known, None)
        return name, path, args, options

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def pre_save(self, model_instance: Any, add: bool) -> list[str]:
        found = terms_of(model_instance, model_instance.room)
        setattr(model_instance, self.attname, found)
        return found

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if not isinstance(value, list):
            return value
        return vector(value) if connection.vendor == "postgresql" else " ".join(value)


def vector(found: list[str]) -> str:
    """PostgreSQL's notation: each term with its places. Terms hold nothing that needs escaping."""
    places: dict[str, list[str]] = {}
    for place, term in enumerate(found, 1):
        places.setdefault(term, []).append(str(min(place, 16_383)))
    return " ".join(f"'{term}':{','.join(at)}" for term, at in places.items())
