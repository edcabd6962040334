"""People of rooms, in Django's admin: found, and acted on, many at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.base import Choice, EndlessAdmin, end_of, reason_of
from rooms import actions
from rooms.admin.standing import LastingForm, about, in_public, seconds_of, within
from rooms.models import Membership, Role


class WhoIsWhat(Choice):
    title = gettext_lazy("role")
    parameter_name = "role"
    offered = tuple((role.value, role.label) for role in Role if role != Role.READER)

    def condition(self, value: str) -> Q:
        return Q(role=value)

    def walk(self, everything: Any) -> Any | None:
        """Most are members."""
        if self.chosen in ("", Role.MEMBER):
            return None
        return everything.filter(role=self.chosen).exclude(role=Role.MEMBER)


class Muted(Choice):
    title = gettext_lazy("muted")
    parameter_name = "muted"
    offered = (("yes", gettext_lazy("Yes")),)

    def condition(self, value: str) -> Q:
        return Q(muted_until__gt=timezone.now())

    def walk(self, everything: Any) -> Any | None:
        """Those who are muted for longest first."""
        muted = everything.filter(self.condition("yes")).order_by("-muted_until", "-pk")
        return muted if self.chosen else None


@admin.register(Membership)
class MembershipAdmin(EndlessAdmin):
    """Of public rooms: who is in a private one is for those who are in it, as what is said there.

    `lobby` finds a room's people, `@name` somebody's rooms, `lobby @name` the one in the other.
    Whoever was banned is in no room: a ban is lifted where sanctions are.
    """

    list_display = ("person", "room", "role", "joined_at", "muted", "page")
    list_filter = (WhoIsWhat, Muted)
    search_help_text = gettext_lazy("A room's address, @name, or both")
    fields = ("person", "room", "role", "joined_at", "muted", "page")
    readonly_fields = ("person", "muted", "page")
    action_form = LastingForm
    actions = ("mute", "unmute", "show_out", "ban", "sweep_hour", "sweep_day", "sweep")

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).filter(in_public())
        return found.select_related("user", "room").defer("draft")

    def search(self, way: Any, words: str) -> Any:
        """In the order of the index that finds them."""
        by_room = not words.startswith("@")
        return about(way, words, person="user").order_by("-user_id" if by_room else "-room_id")

    @admin.display(description=gettext_lazy("person"))
    def person(self, member: Membership) -> str:
        return f"{member.user} (@{member.user.username})"

    @admin.display(description=gettext_lazy("muted until"))
    def muted(self, member: Membership) -> str | None:
        return end_of(member.muted_until)

    @admin.display(description=gettext_lazy("page"))
    def page(self, member: Membership) -> SafeString:
        address = reverse("rooms:person", args=[member.room.slug, member.user.username])
        return format_html('<a href="{}">{}</a>', address, _("See"))

    @admin.action(description=gettext_lazy("Mute"))
    def mute(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.sanctions.mute, seconds=seconds_of(request))

    @admin.action(description=gettext_lazy("Lift the mute"))
    def unmute(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.sanctions.unmute)

    @admin.action(description=gettext_lazy("Show out"))
    def show_out(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.members.remove)

    @admin.action(description=gettext_lazy("Ban"))
    def ban(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.sanctions.ban, seconds=seconds_of(request))

    @admin.action(description=gettext_lazy("Remove what they said in the last hour"))
    def sweep_hour(self, request: HttpRequest, found: Any) -> None:
        self._sweep(request, found, timedelta(hours=1))

    @admin.action(description=gettext_lazy("Remove what they said in the last day"))
    def sweep_day(self, request: HttpRequest, found: Any) -> None:
        self._sweep(request, found, timedelta(days=1))

    @admin.action(description=gettext_lazy("Remove all that they ever said there"))
    def sweep(self, request: HttpRequest, found: Any) -> None:
        self._sweep(request, found, None)

    def _do(self, request: HttpRequest, found: Any, act: Callable[..., Any], **how: str) -> None:
        why = reason_of(request)

        def one(member: Membership) -> None:
            act(by=within(request, member.room), member=member, reason=why, **how)

        self.act(request, found, one)

    def _sweep(self, request: HttpRequest, found: Any, back: timedelta | None) -> None:
        why, since = reason_of(request), timezone.now() - back if back else None

        def one(member: Membership) -> None:
            by = within(request, member.room)
            actions.removals.remove_many(by=by, author=member, since=since, reason=why)

        self.act(request, found, one)
