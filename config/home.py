"""The site's front door, and the small answers that every page keeps at hand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control, never_cache
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
@never_cache
def connection_stale(request: HttpRequest) -> HttpResponse:
    """Asked by a page that heard no beat: its socket is not what it seems, but HTTP works.

    The first event makes hx-ws close the socket, as it does when a page goes away, so that no
    frame of it can cross what is fetched; it reconnects. The second makes the page ask.
    """
    return HttpResponse(headers={"HX-Trigger": "pagehide, stale"})


@require_safe
@cache_control(max_age=31_536_000, immutable=True, public=True)
def nothing(request: HttpRequest) -> HttpResponse:
    """What a closed sheet holds."""
    return HttpResponse()
