"""Invitations, to be read and withdrawn; they are made on the site's own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions import invitations
from accounts.admin.base import Choice, EndlessAdmin, person_key
from accounts.models import Invitation


class State(Choice):
    title = _("state")
    parameter_name = "state"
    offered = (
        ("open", _("Open")),
        ("used", _("Used up")),
        ("over", _("Over")),
        ("withdrawn", _("Withdrawn")),
    )

    def condition(self, value: str) -> Q:
        """As `Invitation.problem` has it: what is withdrawn and over is withdrawn."""
        stands, over = Q(revoked_at=None), Q(expires_at__lte=timezone.now())
        return {
            "open": stands & ~over & Q(used__lt=F("uses")),
            "used": stands & ~over & Q(used__gte=F("uses")),
            "over": stands & over,
            "withdrawn": ~stands,
        }[value]

    def walk(self, everything: Any) -> Any | None:
        """What was not withdrawn is most of them, and what is open of it the newest."""
        withdrawn = everything.filter(revoked_at__isnull=False)
        return withdrawn if self.chosen == "withdrawn" else None


@admin.register(Invitation)
class InvitationAdmin(EndlessAdmin):
    list_display = ("made_at", "made_by", "note", "used", "uses", "expires_at", "state")
    list_filter = (State,)
    list_select_related = ("made_by",)
    search_help_text = _("@name for what somebody made")
    exclude = ("token",)
    actions = ("withdraw",)

    def search(self, way: Any, words: str) -> Any:
        return way.filter(made_by=person_key(words))

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        return invitation.problem or gettext("Open")

    @admin.action(description=_("Withdraw"))
    def withdraw(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        self.act(request, found, lambda each: invitations.revoke(by=by, invitation=each))
