"""Suspensions, to be read and lifted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import sanctions
from accounts.admin.base import StaffAdmin, reason_of
from accounts.models import Suspension


@admin.register(Suspension)
class SuspensionAdmin(StaffAdmin):
    list_display = ("at", "person", "until", "reason", "by", "stands", "lifted_by")
    list_select_related = ("person", "by", "lifted_by")
    ordering = ("-pk",)
    search_fields = ("=person__username", "=by__username")
    actions = ("lift",)

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, suspension: Suspension) -> bool:
        return suspension.stands

    @admin.action(description=_("Let in again"))
    def lift(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why = reason_of(request)
        self.act(request, found, lambda each: sanctions.lift(by=by, person=each.person, reason=why))
