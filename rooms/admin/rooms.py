"""Rooms, in Django's admin: found, read, and left for their own pages."""

from django.contrib import admin
from django.utils.html import format_html

from accounts.admin.base import StaffAdmin
from rooms.models import Room


@admin.register(Room)
class RoomAdmin(StaffAdmin):
    list_display = ("name", "kind", "created_at", "last_seq", "last_posted_at", "page")
    list_filter = ("kind",)
    search_fields = ("name", "=slug")
    readonly_fields = ("page",)
    exclude = ("last_author",)

    @admin.display(description="page")
    def page(self, room: Room) -> str:
        return format_html('<a href="{}">Go in</a>', room.get_absolute_url())
