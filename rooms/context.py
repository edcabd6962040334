"""What every page knows of the rooms."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rooms.sidebar import sidebar as make_sidebar


def sidebar(request: HttpRequest) -> dict[str, Any]:
    """The sidebar of a signed-in person's page; no query until a template asks for it.

    A page that shows a room says so in `request.room`.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    room = getattr(request, "room", None)
    return {"sidebar": SimpleLazyObject(lambda: make_sidebar(user.pk, room.pk if room else None))}
