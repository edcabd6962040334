"""People, in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest

from accounts.actions import blocks
from accounts.forms import check_username
from accounts.models import User
from accounts.names import skeleton


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


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):  # type: ignore[type-arg]
    form = UserForm
    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("display_name", "email", "time_zone")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "display_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.username_key = skeleton(obj.username)
        super().save_model(request, obj, form, change)
        if change and "username" in form.changed_data:
            for reader in User.objects.filter(blocks__person=obj):
                blocks.renew(reader)
