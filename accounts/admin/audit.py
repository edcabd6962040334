"""The audit log, to be read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import InOrder, StaffAdmin
from accounts.models import AuditEntry, User


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffAdmin):
    """Found by what its indexes know: `@name`, an area or a verb, as they are written."""

    list_display = ("at", "area", "actor", "verb", "target", "subject", "reason")
    readonly_fields = (*list_display, "before", "after")
    list_select_related = ("actor", "target")
    ordering = ("-pk",)
    sortable_by = ()
    actions = None
    search_fields = ("verb",)
    search_help_text = _(
        "A verb, an area such as site, or @name for what was done by or to somebody"
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InOrder]:
        return InOrder

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor", "target")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()
        if words.startswith("@"):
            person = User.objects.filter(username=words[1:]).values_list("pk", flat=True).first()
            return queryset.filter(target=person or 0) | queryset.filter(actor=person or 0), False
        if words:
            return queryset.filter(verb=words) | queryset.filter(area=words), False
        return queryset, False
