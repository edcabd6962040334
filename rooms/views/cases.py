"""What waits for those who look after a room, or the site, and what they decide of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AuditEntry
from accounts.views.invitations import staff_only
from rooms import access, actions, durations
from rooms.errors import Refused
from rooms.models import Case, Membership, Message, Report, Verdict
from rooms.models.cases import CaseQuerySet
from rooms.rows import rows
from rooms.views.haste import unhurried
from rooms.views.page import whole
from rooms.views.request import Request

PAGE = 20
READ = 20  # reports of each case in the list
EXCERPTS = 3  # shown of these
AROUND = 3  # messages before and after a reported one
LOOKED_AT = 10  # reported messages of one case whose surroundings are shown
SHOWN = 100  # reports of one case
BEFORE = 10  # things that happened before


@dataclass(frozen=True)
class Desk:
    """Where cases are decided: a room's, by its moderator `member`, or (None) the site's."""

    request: Request
    member: Membership | None

    @property
    def cases(self) -> CaseQuerySet:
        if self.member is not None:
            return Case.objects.for_room(self.member)
        return Case.objects.for_site(self.request.user)

    def find(self, pk: int) -> Case:
        if self.member is not None:
            return access.case(self.member, pk)
        return access.case_on_site(self.request.user, pk)

    def address(self, name: str, *args: int) -> str:
        if self.member is not None:
            return reverse(f"rooms:{name}", args=[self.member.room.slug, *args])
        return reverse(f"desk:{name}", args=args)

    @property
    def context(self) -> dict[str, Any]:
        room = self.member.room if self.member else None
        return {"room": room, "member": self.member, "queue": self.address("reports")}

    def shows(self, case: Case) -> bool:
        """Whether the room of a case may be looked into: staff do not look into a private one."""
        return case.room is not None and (self.member is not None or not case.room.is_private)


type View = Callable[..., HttpResponseBase]


def at_a_desk(view: Callable[..., HttpResponse]) -> tuple[View, View]:
    """The same page for a room's moderators and for the site's staff."""

    def in_room(request: Request, slug: str, **given: Any) -> HttpResponse:
        member = access.membership(request.user, slug)
        request.room = member.room
        if not member.may_moderate:
            raise PermissionDenied
        return view(Desk(request, member), **given)

    def on_site(request: Request, **given: Any) -> HttpResponse:
        return view(Desk(request, None), **given)

    return login_required(unhurried(in_room)), staff_only(unhurried(on_site))


def _index(desk: Desk) -> HttpResponse:
    """What is open, the oldest first. Queries: the cases, their reports, and what waits."""
    request, open_cases = desk.request, desk.cases.open()
    waiting = open_cases.waiting()
    if desk.member is not None:
        desk.member.waiting = waiting
    found = open_cases.listed(whole(request.GET.get("after")), PAGE + 1)
    shown = found[:PAGE]
    reports = _by_case(Report.objects.opening(shown, READ)) if shown else {}
    items = [(case, reports.get(case.pk, [])) for case in shown]
    context = {
        "items": [(case, _count(mine), _excerpts(mine), _kinds(mine)) for case, mine in items],
        "waiting": waiting,
        "next": shown[-1].pk if len(found) > PAGE else None,
        "user_pk": request.user.pk,
    }
    return render(request, "rooms/reports.html", desk.context | context)


def _case(desk: Desk, pk: int) -> HttpResponse:
    return _case_page(desk, desk.find(pk))


def _claim(desk: Desk, pk: int) -> HttpResponse:
    return _act(desk, pk, actions.cases.claim)


def _release(desk: Desk, pk: int) -> HttpResponse:
    return _act(desk, pk, actions.cases.release)


def _decide(desk: Desk, pk: int) -> HttpResponse:
    given = {name: desk.request.POST.get(name, "") for name in ("verdict", "seconds", "reason")}
    return _act(desk, pk, actions.cases.decide, **given)


def _act(desk: Desk, pk: int, act: Callable[..., Case], **given: str) -> HttpResponse:
    case = desk.find(pk)
    try:
        done = act(user=desk.request.user, case=case, by_site=desk.member is None, **given)
    except Refused as refusal:
        return _case_page(desk, desk.find(pk), refusal)
    verdict = given.get("verdict")
    if verdict is None:
        return redirect(desk.address("case", pk))
    notices.success(
        desk.request, f"{done.person or _('A former member')}: {Verdict(verdict).label}"
    )
    return redirect(desk.address("reports"))


def _case_page(desk: Desk, case: Case, refusal: Refused | None = None) -> HttpResponse:
    """One case whole. Queries: the case, its reports, what was said around, what was before."""
    request = desk.request
    waiting = desk.cases.open().waiting()
    if desk.member is not None:
        desk.member.waiting = waiting
    reports = list(Report.objects.on([case]).order_by("seq", "pk")[:SHOWN])
    seqs = list(dict.fromkeys(report.seq for report in reports if report.seq))[:LOOKED_AT]
    beyond = case.is_beyond(request.user)
    offered = case.verdicts(by_site=desk.member is None) if case.is_open and not beyond else []
    context = {
        "case": case,
        "reports": reports,
        "seqs": seqs,
        "around": _around(case, seqs) if seqs and desk.shows(case) else "",
        "entries": _entries(desk, case),
        "earlier": _earlier(case),
        "offered": [(verdict.value, LABELS[verdict]) for verdict in offered],
        "lasting": {Verdict.MUTE, Verdict.BAN, Verdict.SUSPEND}.intersection(offered),
        "beyond": beyond,
        "is_shown": desk.shows(case),
        "held": case.held_by_another(request.user),
        "mine": case.is_held and case.claimed_by_id == request.user.pk,
        "spans": durations.SPANS,
        "asked": request.POST,
        "error": refusal,
        "address": desk.address("case", case.pk),
        "claim": desk.address("claim", case.pk),
        "release": desk.address("release", case.pk),
        "decide": desk.address("decide", case.pk),
        "waiting": waiting,
    }
    status = refusal.status if refusal else 200
    return render(request, "rooms/case.html", desk.context | context, status=status)


def _by_case(reports: Iterable[Report]) -> dict[int, list[Report]]:
    found: dict[int, list[Report]] = {}
    for report in reports:
        found.setdefault(report.case_id, []).append(report)
    return found


def _count(reports: list[Any]) -> int:
    return reports[0].of if reports else 0


def _excerpts(reports: list[Report]) -> list[str]:
    """What was said, or told of the person: each once, the first few."""
    return list(dict.fromkeys(report.text or report.comment for report in reports))[:EXCERPTS]


def _kinds(reports: list[Report]) -> list[str]:
    return list(dict.fromkeys(report.get_kind_display() for report in reports))


def _around(case: Case, seqs: list[int]) -> SafeString:
    """The reported messages and a few before and after each, as rows."""
    if case.room is None:
        return mark_safe("")
    near = Q()
    for seq in seqs:
        near |= Q(seq__range=(seq - AROUND, seq + AROUND))
    return rows(
        Message.objects.filter(near, room=case.room).order_by("seq").lines(), case.room.slug
    )


def _entries(desk: Desk, case: Case) -> list[AuditEntry]:
    """What was done to the person before: here, or (for staff) anywhere."""
    if case.person_id is None:
        return []
    found = AuditEntry.objects.filter(target=case.person_id)
    if desk.member is not None:
        found = found.filter(area=desk.member.room.area)
    return found.page(count=BEFORE)


def _earlier(case: Case) -> list[Case]:
    """What was decided of the person here before."""
    if case.person_id is None:
        return []
    same = Case.objects.filter(person=case.person_id, room=case.room_id)
    closed = same.exclude(closed_at=None).exclude(pk=case.pk)
    return list(closed.select_related("closed_by").order_by("-pk")[:BEFORE])


LABELS = {
    Verdict.KEEP: _("Keep: nothing is wrong"),
    Verdict.REMOVE: _("Remove"),
    Verdict.MUTE: _("Remove and mute"),
    Verdict.BAN: _("Remove and ban"),
    Verdict.SUSPEND: _("Remove and keep out of the site"),
    Verdict.DISMISS: _("Dismiss it"),
    Verdict.ESCALATE: _("Hand to the site’s staff"),
    Verdict.UPHOLD: _("It stays"),
    Verdict.LIFT: _("Lift it"),
}

index, site_index = map(require_safe, at_a_desk(_index))
case, site_case = map(require_safe, at_a_desk(_case))
claim, site_claim = map(require_POST, at_a_desk(_claim))
release, site_release = map(require_POST, at_a_desk(_release))
decide, site_decide = map(require_POST, at_a_desk(_decide))
