"""As what the site's staff act in a room from the admin: through the door, as on its pages."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import ReasonForm, person_key
from accounts.models import User
from rooms import access, durations
from rooms.errors import Barred, Refused
from rooms.models import Kind, Membership, Room


class LastingForm(ReasonForm):
    """Beside the choice of an action: for how long, as it was sent. The action answers what is no
    time."""

    seconds = forms.CharField(
        required=False,
        initial=durations.SPANS[0][0],
        label=gettext_lazy("How long:"),
        widget=forms.Select(choices=durations.SPANS),
    )


def seconds_of(request: HttpRequest) -> str:
    return request.POST.get("seconds", "")


def within(request: HttpRequest, room: Room) -> Membership:
    """Raises Refused for a private room that this person is not in, as everywhere."""
    user = request.user
    assert isinstance(user, User)
    try:
        return access.membership(user, room.slug)
    except (Http404, Barred):
        raise Refused(_("You are not in this private room.")) from None


def in_public() -> Exists:
    """A condition for what belongs to a room. A subquery, so that no database goes through the
    public rooms for it."""
    return Exists(Room.objects.filter(pk=OuterRef("room"), kind=Kind.PUBLIC))


def about(found: Any, words: str, person: str = "person") -> Any:
    """Of these rows those of a person, `@name`, of a room, by its address, or of both: of the
    first two words. At most two queries."""
    for word in words.replace("\x00", "").split()[:2]:
        key = {person: person_key(word)} if word.startswith("@") else {"room": room_key(word)}
        found = found.filter(**key)
    return found


def room_key(word: str) -> int:
    """The primary key of the room with this address, or 0, which is none's. One query."""
    slug = word.strip("/").removeprefix("rooms/").partition("/")[0]
    return Room.objects.filter(slug=slug).values_list("pk", flat=True).first() or 0
