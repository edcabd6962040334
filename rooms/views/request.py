"""A request as these views get it: from a signed-in person, through htmx or not."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from rooms.models import Room


class Request(HttpRequest):
    """`room` is the room that the page shows, for its sidebar."""

    user: User
    htmx: HtmxDetails
    room: Room
