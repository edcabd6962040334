"""As what the site's staff act in a room from the admin: through the door, as on its pages."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import access
from rooms.errors import Barred, Refused
from rooms.models import Membership, Room


def within(request: HttpRequest, room: Room) -> Membership:
    """Raises Refused for a private room that this person is not in, as everywhere."""
    user = request.user
    assert isinstance(user, User)
    try:
        return access.membership(user, room.slug)
    except (Http404, Barred):
        raise Refused(_("You are not in this private room.")) from None


def named(words: str) -> tuple[str, str]:
    """What was searched for: the name of a person after an @, or the address of a room."""
    words = words.replace("\x00", "").strip()
    if words.startswith("@"):
        return words[1:], ""
    return "", words.strip("/").removeprefix("rooms/").partition("/")[0]
