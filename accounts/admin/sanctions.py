"""Suspensions, to be read and lifted."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions import sanctions
from accounts.admin.base import Choice, EndlessAdmin, Lately, end_of, person_key, reason_of
from accounts.models import FOREVER, Suspension


class Standing(Choice):
    """Of what is lifted, or else ends by itself."""

    title = _("state")
    parameter_name = "state"
    offered = (("stands", _("Stands")), ("over", _("Over")), ("lifted", _("Lifted")))

    def condition(self, value: str) -> Q:
        stands, now = Q(lifted_at=None), timezone.now()
        return {
            "stands": stands & (Q(until=None) | Q(until__gt=now)),
            "over": stands & Q(until__lte=now),
            "lifted": Q(lifted_at__isnull=False),
        }[value]

    def walk(self, everything: Any) -> Any | None:
        lifted = self.chosen == "lifted"
        return everything.filter(lifted_at__isnull=not lifted) if self.chosen else None


class MadeLately(Lately):
    field = "at"


@admin.register(Suspension)
class SuspensionAdmin(EndlessAdmin):
    list_display = ("at", "person", "ends", "reason", "by", "stands", "lifted_by")
    list_filter = (Standing, MadeLately)
    fields = ("person", "at", "by", "ends", "reason", "lifted_at", "lifted_by")
    readonly_fields = ("ends",)
    list_select_related = ("person", "by", "lifted_by")
    search_help_text = _("@name for how somebody was kept out")
    actions = ("lift",)

    def search(self, way: Any, words: str) -> Any:
        return way.filter(person=person_key(words))

    @admin.display(description=_("until"))
    def ends(self, suspension: Suspension) -> str | None:
        return end_of(suspension.until or FOREVER)

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, suspension: Suspension) -> bool:
        return suspension.stands

    @admin.action(description=_("Let in again"))
    def lift(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why = reason_of(request)
        self.act(request, found, lambda each: sanctions.lift(by=by, person=each.person, reason=why))
