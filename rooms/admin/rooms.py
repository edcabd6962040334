"""Rooms, in Django's admin: found, read, archived; the rest is on their own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import Choice, StaffAdmin
from rooms import actions
from rooms.admin.standing import within
from rooms.models import Kind, Room
from rooms.models.rooms import MADE


class Open(Choice):
    title = _("kind")
    parameter_name = "kind"
    offered = ((Kind.PUBLIC, _("Public")), (Kind.PRIVATE, _("Private")))

    def condition(self, value: str) -> Q:
        return Q(kind=value)


class Archived(Choice):
    title = _("archived")
    parameter_name = "archived"
    offered = (("yes", _("Yes")), ("no", _("No")))

    def condition(self, value: str) -> Q:
        return Q(archived_at__isnull=value == "no")


@admin.register(Room)
class RoomAdmin(StaffAdmin):
    list_display = (
        "name",
        "kind",
        "created_at",
        "last_seq",
        "last_posted_at",
        "archived_at",
        "page",
    )
    list_filter = (Open, Archived)
    search_fields = ("name", "=slug")
    readonly_fields = ("page",)
    exclude = ("last_author",)
    actions = ("archive", "bring_back")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without conversations of two, of which there is nothing to see or to do."""
        return super().get_queryset(request).filter(kind__in=MADE)

    @admin.action(description=_("Archive"))
    def archive(self, request: HttpRequest, found: Any) -> None:
        self._set_archived(request, found, archived=True)

    @admin.action(description=_("Bring back from the archive"))
    def bring_back(self, request: HttpRequest, found: Any) -> None:
        self._set_archived(request, found, archived=False)

    def _set_archived(self, request: HttpRequest, found: Any, *, archived: bool) -> None:
        self.act(
            request,
            found,
            lambda room: actions.rooms.change(by=within(request, room), archived=archived),
        )

    @admin.display(description=_("page"))
    def page(self, room: Room) -> str:
        return format_html('<a href="{}">{}</a>', room.get_absolute_url(), _("Go in"))
