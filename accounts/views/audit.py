"""The audit log of the whole site, for its staff: filtered, paged, taken away as a table."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AuditEntry, User
from accounts.models.audit import AuditQuerySet, verbs
from accounts.views.invitations import staff_only
from accounts.views.request import Request

FIELDS: Final = ("actor", "target", "area", "verb", "since", "until")
COLUMNS: Final = (
    "when",
    "where",
    "who",
    "what",
    "whom",
    "subject",
    "reason",
    "before",
    "after",
)
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
AT_ONCE = 500
PAGE = 50


@require_safe
@staff_only
def index(request: Request) -> HttpResponse:
    asked = asked_of(request)
    before = request.GET.get("before", "")
    entries = filtered(AuditEntry.objects.all(), asked).page(_whole(before), PAGE + 1)
    context = {
        "asked": asked,
        "verbs": verbs(),
        "entries": entries[:PAGE],
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "before": entries[PAGE - 1].pk if len(entries) > PAGE else None,
        "earlier": before,
        "no_day": no_day(asked),
    }
    return render(request, "accounts/log.html", context)


@require_safe
@staff_only
def export(request: Request) -> StreamingHttpResponse:
    return as_csv(filtered(AuditEntry.objects.all(), asked_of(request)), "audit-log.csv")


def as_csv(found: AuditQuerySet, filename: str) -> StreamingHttpResponse:
    """Entries as CSV, read and sent a few hundred at a time. `filename` is ASCII without quotes."""
    answer = StreamingHttpResponse(_rows(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def asked_of(request: HttpRequest) -> dict[str, str]:
    """What of the log is asked for."""
    return {key: request.GET.get(key, "").replace("\x00", "").strip()[:150] for key in FIELDS}


def filtered(found: AuditQuerySet, asked: dict[str, str]) -> AuditQuerySet:
    """Whoever or whatever is not known has no entries; see `no_day` for a day that is none."""
    for key in ("actor", "target"):
        if asked[key]:
            people = User.objects.filter(username=asked[key].removeprefix("@"))
            found = found.filter(**{key: people.values_list("pk", flat=True).first() or 0})
    for key in ("area", "verb"):
        if asked[key]:
            found = found.filter(**{key: asked[key]})
    if since := _day(asked["since"]):
        found = found.filter(at__gte=since)
    if until := _day(asked["until"], after=1):
        found = found.filter(at__lt=until)
    return found


def no_day(asked: dict[str, str]) -> str:
    """What was typed as a day and is none: it is left out, and its reader told so."""
    typed = (asked["since"], asked["until"])
    return next((text for text in typed if text and _day(text) is None), "")


def safe(value: str) -> str:
    """The cell, which no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA) else value


class _Echo:
    """A file whose `write` hands back the line."""

    def write(self, line: str) -> str:
        return line


def _rows(found: AuditQuerySet) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    before = None
    while entries := found.page(before, AT_ONCE):
        lines = [writer.writerow([safe(cell) for cell in _cells(entry)]) for entry in entries]
        yield "".join(lines)
        before = entries[-1].pk


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        entry.at.isoformat(timespec="seconds"),
        entry.area,
        _name(entry.actor, entry.actor_id, _("the site")),
        entry.verb,
        _name(entry.target, entry.target_id, ""),
        entry.subject,
        entry.reason,
        json.dumps(entry.before, ensure_ascii=False) if entry.before else "",
        json.dumps(entry.after, ensure_ascii=False) if entry.after else "",
    )


def _name(user: User | None, pk: int | None, nobody: str) -> str:
    return user.username if user else _("a former member") if pk else nobody


def _day(typed: str, after: int = 0) -> datetime | None:
    """The first moment of a day, or of the one `after` it; None for what is no day of ours."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    if not 2000 <= day.year <= 2200:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=after), time.min))


def _whole(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None
