"""Error pages: plain, script-free, the same for everybody, under the same policy as the rest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from rooms.errors import Barred, Purged


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, Barred):
        body = render_to_string(
            "rooms/barred.html", {"sentence": str(exception), "address": exception.address}
        )
        return HttpResponse(body, status=403)
    return HttpResponse(render_to_string("403.html"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One body for all that is not there, and for all that a person may not know of."""
    if isinstance(exception, Purged):
        return HttpResponse(render_to_string("rooms/purged.html", {"gone": exception}), status=410)
    return HttpResponse(render_to_string("404.html"), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
