"""Invitations, to be read and withdrawn; they are made on the site's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import invitations
from accounts.admin.base import StaffAdmin
from accounts.models import Invitation


@admin.register(Invitation)
class InvitationAdmin(StaffAdmin):
    list_display = ("made_at", "made_by", "note", "used", "uses", "expires_at", "state")
    list_select_related = ("made_by",)
    ordering = ("-pk",)
    search_fields = ("=made_by__username", "=note")
    exclude = ("token",)
    actions = ("withdraw",)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        return invitation.problem or "open"

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        self.act(request, found, lambda each: invitations.revoke(by=by, invitation=each))
