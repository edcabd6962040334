"""A request as these views get it: from a signed-in person."""

from django.http import HttpRequest

from accounts.models import User


class Request(HttpRequest):
    user: User
