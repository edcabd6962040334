"""The audit log, to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import Choice, EndlessAdmin, Lately, person_key
from accounts.models import SITE, AuditEntry
from accounts.models.audit import verbs


class What(Choice):
    title = _("what")
    parameter_name = "verb"
    offered = tuple((verb, _(verb)) for verb in verbs())

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return sorted(self.offered, key=lambda each: str(each[1]))

    def condition(self, value: str) -> Q:
        return Q(verb=value)

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(verb=self.chosen) if self.chosen else None


class Where(Choice):
    title = _("where")
    parameter_name = "where"
    offered = ((SITE, _("The whole site")), ("rooms", _("Rooms")))

    def condition(self, value: str) -> Q:
        return Q(area=SITE) if value == SITE else ~Q(area=SITE)

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(area=SITE) if self.chosen == SITE else None


class DoneLately(Lately):
    field = "at"


@admin.register(AuditEntry)
class AuditEntryAdmin(EndlessAdmin):
    """Found by what its indexes know: `@name`, or an area, as it is written."""

    list_display = ("at", "area", "actor", "what", "target", "subject", "reason")
    list_filter = (What, Where, DoneLately)
    readonly_fields = (*list_display, "before", "after")
    list_select_related = ("actor", "target")
    actions = None
    search_help_text = _("An area such as site, or @name for what was done by or to somebody")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor", "target")

    def search(self, way: Any, words: str) -> Any:
        """Whatever was done by or to somebody is found by two indexes, each in order. At most
        three queries."""
        if not words.startswith("@"):
            return way.filter(area=words)
        person = person_key(words)
        found = (way.filter(**{whose: person}) for whose in ("target", "actor"))
        return way.filter(pk__in=[pk for each in found for pk in self.walked(each)])

    @admin.display(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return gettext(entry.verb)
