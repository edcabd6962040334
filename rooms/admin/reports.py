"""Reports and appeals, in Django's admin: read, and decided, many at once."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import Choice, EndlessAdmin, reason_of
from rooms import actions
from rooms.admin.standing import LastingForm, about, seconds_of, within
from rooms.models import Case, Report, ReportKind, Verdict

SHOWN = 50


class State(Choice):
    title = gettext_lazy("state")
    parameter_name = "state"
    offered = (("open", gettext_lazy("Open")), ("closed", gettext_lazy("Decided")))

    def condition(self, value: str) -> Q:
        return Q(closed_at__isnull=value == "open")

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(closed_at=None) if self.chosen == "open" else None


class What(Choice):
    """An appeal, or why something in it was reported."""

    title = gettext_lazy("kind")
    parameter_name = "what"
    offered = (("appeal", gettext_lazy("An answer to a sanction")), *ReportKind.choices)
    appeal = Q(sanction__isnull=False) | Q(suspension__isnull=False)

    def condition(self, value: str) -> Q:
        if value == "appeal":
            return self.appeal
        return Q(Exists(Report.objects.filter(case=OuterRef("pk"), kind=value)))

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(self.appeal) if self.chosen == "appeal" else None


@admin.register(Case)
class CaseAdmin(EndlessAdmin):
    """Never one on oneself or somebody higher, nor one of a private room that was not handed on."""

    list_display = ("opened_at", "person", "page", "room", "state", "verdict", "closed_by")
    list_filter = (State, What)
    search_help_text = gettext_lazy("A room's address, or @name for the reports on somebody")
    fields = (
        "person",
        "room",
        "opened_at",
        "answer",
        "reported",
        "state",
        "verdict",
        "reason",
        "page",
    )
    readonly_fields = ("reported", "state", "page")
    action_form = LastingForm
    actions = ("keep", "remove", "mute", "ban", "dismiss", "escalate", "uphold", "lift")

    def get_queryset(self, request: HttpRequest) -> Any:
        user: Any = request.user
        return Case.objects.for_staff(user).related().order_by("-pk")

    def search(self, way: Any, words: str) -> Any:
        return about(way, words)

    @admin.display(description=gettext_lazy("state"))
    def state(self, case: Case) -> str:
        if not case.is_open:
            return _("decided")
        held = ", " + _("%(name)s has it") % {"name": case.claimed_by} if case.is_held else ""
        return (_("an answer") if case.is_appeal else _("open")) + held

    @admin.display(description=gettext_lazy("page"))
    def page(self, case: Case) -> SafeString:
        return format_html('<a href="{}">{}</a>', self._address(case), _("Look at it"))

    @admin.display(description=gettext_lazy("reports"))
    def reported(self, case: Case) -> SafeString:
        """The first fifty. One query."""
        reports = case.reports.select_related("reporter").order_by("pk")[:SHOWN]
        lines = (
            (r.get_kind_display(), r.reporter or _("a former member"), r.text or r.comment)
            for r in reports
        )
        return format_html_join("", "<p><b>{}</b> · {}: {}</p>", lines)

    @admin.action(description=gettext_lazy("Keep: nothing is wrong with it"))
    def keep(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.KEEP)

    @admin.action(description=gettext_lazy("Remove what was reported"))
    def remove(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.REMOVE)

    @admin.action(description=gettext_lazy("Remove it, and mute the person"))
    def mute(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.MUTE)

    @admin.action(description=gettext_lazy("Remove it, and ban the person"))
    def ban(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.BAN)

    @admin.action(description=gettext_lazy("Dismiss"))
    def dismiss(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.DISMISS)

    @admin.action(description=gettext_lazy("Hand to the site's staff"))
    def escalate(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.ESCALATE)

    @admin.action(description=gettext_lazy("An answer: the sanction stays"))
    def uphold(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.UPHOLD)

    @admin.action(description=gettext_lazy("An answer: lift the sanction"))
    def lift(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.LIFT)

    def _decide(self, request: HttpRequest, found: Any, verdict: Verdict) -> None:
        by: Any = request.user
        why, lasts = reason_of(request), seconds_of(request)

        def one(case: Case) -> None:
            by_site = self._is_sites(case)
            if case.room is not None and not by_site:
                within(request, case.room)
            actions.cases.decide(
                user=by, case=case, verdict=verdict, seconds=lasts, reason=why, by_site=by_site
            )

        self.act(request, found, one)

    def _address(self, case: Case) -> str:
        if case.room is None or self._is_sites(case):
            return reverse("desk:case", args=[case.pk])
        return reverse("rooms:case", args=[case.room.slug, case.pk])

    @staticmethod
    def _is_sites(case: Any) -> bool:
        is_sites: bool = case.belongs_to_site(case.rank)
        return is_sites
