"""Error pages: plain, script-free, under the same policy as the rest."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from rooms.errors import Barred, Purged


def page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    """In the colours that its reader chose, if that can be known at the moment."""
    try:
        theme = getattr(getattr(request, "user", None), "theme", "")
    except DatabaseError:
        theme = ""
    return HttpResponse(render_to_string(template, context | {"theme": theme}), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, Barred):
        told = {"sentence": str(exception), "address": exception.address}
        return page(request, "rooms/barred.html", 403, **told)
    return page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """One body for all that is not there, and for all that a person may not know of."""
    if isinstance(exception, Purged):
        return page(request, "rooms/purged.html", 410, gone=exception)
    return page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)
