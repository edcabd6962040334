"""The site's front door, and the small answers that every page keeps at hand."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("rooms:list")
    return render(request, "home.html")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to install the site as an app of its own."""
    icons = [
        {"src": static("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("icons/mask-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    about = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fcfaf6",
        "theme_color": "#fcfaf6",
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json")


@require_safe
@cache_control(max_age=31_536_000, immutable=True, public=True)
def connection_lost(request: HttpRequest) -> HttpResponse:
    """What `#connection` shows while the socket is gone; fetched beforehand, kept for then.

    In the language `in` of the page that keeps it.
    """
    language = request.GET.get("in", "")
    known = language in dict(settings.LANGUAGES)
    with translation.override(language if known else settings.LANGUAGE_CODE):
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
