"""Reports and appeals, in Django's admin: read, dismissed, handed on; else on their own page."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import InOrder, StaffAdmin, reason_of
from rooms import actions
from rooms.admin.standing import named, within
from rooms.models import Case, Verdict

SHOWN = 50


class State(SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", _("Open")), ("closed", _("Decided"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return {
            "open": queryset.filter(closed_at=None),
            "closed": queryset.exclude(closed_at=None),
        }.get(self.value() or "", queryset)


@admin.register(Case)
class CaseAdmin(StaffAdmin):
    """Never one on oneself or somebody higher, nor one of a private room that was not handed on."""

    list_display = ("opened_at", "person", "page", "room", "state", "verdict", "closed_by")
    list_filter = (State,)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("pk",)
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
    actions = ("dismiss", "escalate")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InOrder]:
        return InOrder

    def get_queryset(self, request: HttpRequest) -> Any:
        user: Any = request.user
        return Case.objects.for_staff(user).related().order_by("-pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        name, slug = named(search_term)
        if name:
            queryset = queryset.filter(person__username=name)
        elif slug:
            queryset = queryset.filter(room__slug=slug)
        return queryset, False

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

    @admin.action(description=gettext_lazy("Dismiss"))
    def dismiss(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.DISMISS)

    @admin.action(description=gettext_lazy("Hand to the site's staff"))
    def escalate(self, request: HttpRequest, found: Any) -> None:
        self._decide(request, found, Verdict.ESCALATE)

    def _decide(self, request: HttpRequest, found: Any, verdict: Verdict) -> None:
        by: Any = request.user
        why = reason_of(request)

        def one(case: Case) -> None:
            by_site = self._is_sites(case)
            if case.room is not None and not by_site:
                within(request, case.room)
            actions.cases.decide(user=by, case=case, verdict=verdict, reason=why, by_site=by_site)

        self.act(request, found, one)

    def _address(self, case: Case) -> str:
        if case.room is None or self._is_sites(case):
            return reverse("desk:case", args=[case.pk])
        return reverse("rooms:case", args=[case.room.slug, case.pk])

    @staticmethod
    def _is_sites(case: Any) -> bool:
        is_sites: bool = case.belongs_to_site(case.rank)
        return is_sites
