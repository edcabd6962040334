"""The search, in all rooms that one may read."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from rooms import days
from rooms.search.find import Place, search
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """`q` is asked for, `in` adds a room to it; `sort` is `best`, or the newest come first."""
    asked = request.GET.get("q", "")
    if room := request.GET.get("in"):
        asked = f"in:{_quoted(room)} {asked}".strip()
    best = request.GET.get("sort") == "best"
    results = search(request.user, asked, best=best, after=Place.read(request.GET.get("after")))
    context: dict[str, Any] = {
        "asked": asked,
        "best": best,
        "results": results,
        "next": _address(asked, best, results.next) if results.next else "",
    }
    with timezone.override(days.zone_of(request.user)):
        response = render(request, "rooms/search.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _quoted(room: str) -> str:
    return f'"{room}"' if " " in room else room


def _address(asked: str, best: bool, place: Place) -> str:
    sort = {"sort": "best"} if best else {}
    return "?" + urlencode({"q": asked, **sort, "after": str(place)})
