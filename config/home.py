"""The site's front door, and the small answers that every page keeps at hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("rooms:list")
    return render(request, "home.html")


@require_safe
@cache_control(max_age=31_536_000, immutable=True, public=True)
def connection_lost(request: HttpRequest) -> HttpResponse:
    """What `#connection` shows while the socket is gone; fetched beforehand, kept for then."""
    return render(request, "connection.html", {"state": "lost"})


@require_safe
@cache_control(max_age=31_536_000, immutable=True, public=True)
def nothing(request: HttpRequest) -> HttpResponse:
    """What a closed sheet holds."""
    return HttpResponse()
