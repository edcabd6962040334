"""A room's past by days: a calendar, a page for each day, and the way there from a message."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rooms import access, days, record
from rooms.rows import rows
from rooms.views.kept import kept
from rooms.views.page import whole
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request, slug: str) -> HttpResponse:
    """The days that have messages, with their counts, a year at a time; jumps to `day`."""
    member = access.membership(request.user, slug)
    room = request.room = member.room
    asked = request.GET.get("day")
    if day := days.parse_day(asked):
        return redirect("rooms:day", slug, day.isoformat())
    until = days.parse_month(request.GET.get("until"))
    calendar = record.calendar(room, days.zone_of(request.user), until)
    context = {"calendar": calendar, "asked": asked}
    return kept(request, room, "rooms/history.html", context, (calendar, asked))


@require_safe
@login_required
def day(request: Request, slug: str, day: str) -> HttpResponse:
    """One day in the reader's time zone, whole, in pages that keep their addresses."""
    member = access.membership(request.user, slug)
    room = request.room = member.room
    date = days.parse_day(day)
    if date is None:
        raise Http404("No such day.")
    zone = days.zone_of(request.user)
    shown = record.one_day(room, zone, date, whole(request.GET.get("page")) or 1)
    context = {
        "day": shown,
        "rows": partial(rows, shown.lines, room.slug),
        "zone": zone.key,
        "site_zone": timezone.get_default_timezone_name(),
        "elsewhere": _runs_otherwise(shown),
        "going_on": shown.ends > timezone.now() >= shown.starts,
    }
    return kept(request, room, "rooms/day.html", context, (shown, context["going_on"]))


@require_safe
@login_required
def day_of_message(request: Request, slug: str, seq: int) -> HttpResponse:
    """From a message to itself on the page of its day."""
    member = access.membership(request.user, slug)
    message = access.message(member, seq)
    day, number = record.page_of(member.room, days.zone_of(request.user), message)
    address = reverse("rooms:day", args=[slug, day.isoformat()])
    page = f"?page={number}" if number > 1 else ""
    return redirect(f"{address}{page}#m{seq}")


def _runs_otherwise(day: record.Day) -> bool:
    """Whether the reader's day begins or ends at another moment than the site's."""
    site = timezone.get_default_timezone()
    moments = (days.start(day.day, site), days.end(day.day, site))
    return moments != (day.starts, day.ends)
