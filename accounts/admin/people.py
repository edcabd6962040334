"""People, in Django's admin."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts import signals
from accounts.actions import audit, blocks, sanctions, sessions
from accounts.admin.base import ReasonForm, StaffAdmin, end_of, reason_of
from accounts.days import first_moment
from accounts.forms import check_username
from accounts.models import User
from accounts.names import skeleton

RANK = ("is_staff", "is_superuser")

# The list of a person's sessions is on their page, where ending one closes its sockets; their
# address is in their own form, and groups give nobody anything here.
for model in (UserSession, EmailAddress, Group):
    admin.site.unregister(model)


class NameCheck(forms.ModelForm):  # type: ignore[type-arg]
    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if name == self.instance.username:
            return name
        return check_username(name, unique=skeleton(name) != self.instance.username_key)


class NewUserForm(NameCheck, AdminUserCreationForm):  # type: ignore[type-arg]
    pass


class UserForm(NameCheck, UserChangeForm):  # type: ignore[type-arg]
    pass


class KeptOut(SimpleListFilter):
    title = gettext_lazy("kept out")
    parameter_name = "kept-out"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        out = Q(suspended_until__gt=timezone.now())
        return {"yes": queryset.filter(out), "no": queryset.exclude(out)}.get(
            self.value() or "", queryset
        )


class PeopleActionForm(ReasonForm):
    # As it was typed: the action answers what is no day.
    until = forms.CharField(
        required=False, label=gettext_lazy("Until:"), widget=forms.DateInput(attrs={"type": "date"})
    )


@admin.register(User)
class UserAdmin(StaffAdmin, auth_admin.UserAdmin):  # type: ignore[type-arg]
    """Staff see everybody and rename people; administrators say who is staff.

    What is done to people is done by the same actions as on their own page.
    """

    form = UserForm
    add_form = NewUserForm
    action_form = PeopleActionForm
    fieldsets = (
        (None, {"fields": ("username", "password", "page")}),
        (gettext_lazy("Person"), {"fields": ("display_name", "email", "time_zone")}),
        (gettext_lazy("Rights"), {"fields": ("is_active", "kept_out", *RANK)}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("page", "last_login", "date_joined", "is_active", "kept_out")
    list_display = ("username", "display_name", "email", "kept_out", "is_staff", "page")
    list_filter = (KeptOut, "is_staff", "is_superuser", "is_active")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    actions = ("suspend", "ban", "lift", "sign_out")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        by: Any = request.user
        if not self.has_view_permission(request):
            return False
        return obj is None or by.is_superuser or by.outranks(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Staff cannot make staff, nor take an account over by its e-mail address.

        Nobody changes their own rank, so that one administrator is always left.
        """
        if not self._is_administrator(request):
            return (*self.readonly_fields, "email", *RANK)
        return (*self.readonly_fields, *RANK) if obj == request.user else self.readonly_fields

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        if not self._is_administrator(request):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Under the lock of both rows: two administrators cannot put each other down at once."""
        by: Any = request.user
        both = User.objects.select_for_update().filter(pk__in=[by.pk, obj.pk]).order_by("pk")
        now = {user.pk: user for user in both}
        ranks = [name for name in RANK if name in form.changed_data]
        if not now[by.pk].is_in_charge or (ranks and not now[by.pk].is_superuser):
            raise PermissionDenied
        obj.username_key = skeleton(obj.username)
        if not change:
            obj.save()
            audit.record(by=by, verb=gettext_noop("added person"), target=obj)
            return
        old = now[obj.pk]
        names = [name for name in form.changed_data if name != "password"]
        obj.save(update_fields=[*names, "username_key"])
        audit.record(
            by=by,
            verb=gettext_noop("changed person"),
            target=obj,
            before={name: getattr(old, name) for name in names},
            after={name: getattr(obj, name) for name in names},
        )
        if {"username", "display_name"}.intersection(names):
            signals.renamed.send(sender=None, user=obj)
        if "username" in names:
            for reader in User.objects.filter(blocks__person=obj):
                blocks.renew(reader)

    @admin.display(description=gettext_lazy("suspended until"), ordering="suspended_until")
    def kept_out(self, person: User) -> str | None:
        return end_of(person.suspended_until)

    @admin.display(description=gettext_lazy("page"))
    def page(self, person: User) -> str:
        address = reverse("people:person", args=[person.username]) if person.pk else ""
        return format_html('<a href="{}">See</a>', address)

    @admin.action(description=gettext_lazy("Suspend until the day given"))
    def suspend(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why, day = reason_of(request), request.POST.get("until", "")
        self.act(
            request,
            found,
            lambda each: sanctions.suspend(by=by, person=each, until=first_moment(day), reason=why),
        )

    @admin.action(description=gettext_lazy("Ban for ever"))
    def ban(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why = reason_of(request)
        self.act(
            request,
            found,
            lambda each: sanctions.suspend(by=by, person=each, until=None, reason=why),
        )

    @admin.action(description=gettext_lazy("Let in again"))
    def lift(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why = reason_of(request)
        self.act(request, found, lambda each: sanctions.lift(by=by, person=each, reason=why))

    @admin.action(description=gettext_lazy("Sign out everywhere"))
    def sign_out(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user
        why = reason_of(request)
        self.act(request, found, lambda each: sessions.sign_out(by=by, person=each, reason=why))

    @staticmethod
    def _is_administrator(request: HttpRequest) -> bool:
        by: Any = request.user
        return bool(by.is_authenticated and by.is_in_charge and by.is_superuser)
