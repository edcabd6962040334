"""How fast a person may change things over HTTP."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from rooms.errors import TooFast
from rooms.throttle import posting
from rooms.views.request import Request

View = Callable[..., HttpResponseBase]


def unhurried(view: View) -> View:
    """Count each POST against the person's bucket; 429 with Retry-After when it is empty."""

    @wraps(view)
    def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            try:
                posting(request.user.pk).take()
            except TooFast as refusal:
                response = render(request, "429.html", status=429)
                response["Retry-After"] = str(refusal.seconds)
                return response
        return view(request, *args, **kwargs)

    return inner
