"""Mutes and bans of all rooms, in Django's admin: read, and lifted."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import Choice, EndlessAdmin, Lately, end_of, reason_of
from accounts.admin.sanctions import Standing
from rooms import access, actions
from rooms.admin.standing import about, within
from rooms.errors import Refused
from rooms.models import Measure, Sanction


class What(Choice):
    title = gettext_lazy("kind")
    parameter_name = "measure"
    offered = tuple(Measure.choices)

    def condition(self, value: str) -> Q:
        return Q(measure=value)

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(measure=self.chosen) if self.chosen else None


class InRooms(Standing):
    def walk(self, everything: Any) -> Any | None:
        """What stands from what lasts longest on, what is over from what ended last on."""
        if self.chosen in ("", "lifted"):
            return super().walk(everything)
        return everything.filter(self.condition(self.chosen)).order_by("-until", "-pk")


class MadeLately(Lately):
    field = "made_at"


@admin.register(Sanction)
class SanctionAdmin(EndlessAdmin):
    list_display = (
        "made_at",
        "person",
        "measure",
        "room",
        "ends",
        "stands",
        "by",
        "reason",
        "page",
    )
    fields = ("person", "room", "measure", "made_at", "by", "ends", "reason", "lifted_at", "page")
    readonly_fields = ("ends", "page")
    list_filter = (InRooms, What, MadeLately)
    list_select_related = ("person", "room", "by")
    search_help_text = gettext_lazy("A room's address, or @name for what was done to somebody")
    actions = ("lift",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person", "room", "by")

    def search(self, way: Any, words: str) -> Any:
        return about(way, words)

    @admin.display(description=gettext_lazy("until"))
    def ends(self, sanction: Sanction) -> str | None:
        return end_of(sanction.until)

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
