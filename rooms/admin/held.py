"""What waits to be let in, in Django's admin: read, let in or rejected, many at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import InOrder, StaffAdmin, reason_of
from rooms import actions
from rooms.admin.standing import about, within
from rooms.models import Held, Kind


@admin.register(Held)
class HeldAdmin(StaffAdmin):
    """The longest waiting first; what waits in private rooms is for their own moderators."""

    list_display = ("made_at", "room", "author", "said", "why", "word", "page")
    list_filter = ("why",)
    ordering = ("pk",)
    sortable_by = ()
    search_fields = ("pk",)
    search_help_text = _("A room's address, or @name for what somebody said")
    fields = ("made_at", "room", "author", "text", "why", "word", "page")
    readonly_fields = ("page",)
    actions = ("approve", "reject")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InOrder]:
        return InOrder

    def get_queryset(self, request: HttpRequest) -> Any:
        waiting = Held.objects.waiting().filter(room__kind=Kind.PUBLIC)
        return waiting.select_related("room", "author").order_by("pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return about(queryset, search_term, person="author"), False

    @admin.display(description=_("text"))
    def said(self, held: Held) -> str:
        return held.text[:120]

    @admin.display(description=_("page"))
    def page(self, held: Held) -> SafeString:
        address = reverse("rooms:held", args=[held.room.slug])
        return format_html('<a href="{}">{}</a>', address, _("Look at it"))

    @admin.action(description=_("Let in"))
    def approve(self, request: HttpRequest, found: Any) -> None:
        def one(held: Held) -> None:
            actions.messages.approve(by=within(request, held.room), held=held)

        self.act(request, found, one)

    @admin.action(description=_("Reject"))
    def reject(self, request: HttpRequest, found: Any) -> None:
        why = reason_of(request)

        def one(held: Held) -> None:
            actions.held.reject(by=within(request, held.room), held=held, reason=why)

        self.act(request, found, one)
