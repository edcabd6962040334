"""Mutes and bans of all rooms, in Django's admin: read, and lifted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import InOrder, StaffAdmin, reason_of
from rooms import access, actions
from rooms.admin.standing import named, within
from rooms.errors import Refused
from rooms.models import Measure, Sanction


@admin.register(Sanction)
class SanctionAdmin(StaffAdmin):
    list_display = (
        "made_at",
        "person",
        "measure",
        "room",
        "until",
        "stands",
        "by",
        "reason",
        "page",
    )
    list_filter = ("measure",)
    list_select_related = ("person", "room", "by")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("pk",)
    search_help_text = gettext_lazy("A room's address, or @name for what was done to somebody")
    actions = ("lift",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InOrder]:
        return InOrder

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person", "room", "by")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        name, slug = named(search_term)
        if name:
            queryset = queryset.filter(person__username=name)
        elif slug:
            queryset = queryset.filter(room__slug=slug)
        return queryset, False

    @admin.display(description=gettext_lazy("stands"), boolean=True)
    def stands(self, sanction: Sanction) -> bool:
        return sanction.stands

    @admin.display(description=gettext_lazy("page"))
    def page(self, sanction: Sanction) -> SafeString:
        where = [sanction.room.slug, sanction.person.username]
        return format_html('<a href="{}">{}</a>', reverse("rooms:person", args=where), _("See"))

    @admin.action(description=gettext_lazy("Lift"))
    def lift(self, request: HttpRequest, found: Any) -> None:
        why = reason_of(request)

        def one(sanction: Sanction) -> None:
            if not sanction.stands:
                raise Refused(_("It is over, or was lifted."))
            by = within(request, sanction.room)
            muted = sanction.measure == Measure.MUTE
            act = actions.sanctions.unmute if muted else actions.sanctions.unban
            act(by=by, member=access.anybody(by, sanction.person.username), reason=why)

        self.act(request, found, one)
