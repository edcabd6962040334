"""How allauth makes accounts here: who may sign up, under which names, and who comes first."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.forms import NAME_TAKEN, check_username
from accounts.models import User
from accounts.names import skeleton


def signup_is_open() -> bool:
    """Whether a stranger may make an account; the very first one may always be made."""
    return settings.SIGNUP == "open" or not User.objects.exists()


class AccountAdapter(DefaultAccountAdapter):
    """allauth asks this adapter wherever our accounts differ from its defaults."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account has been closed.",
        "email_password_mismatch": "That e-mail address and password do not belong together.",
        "username_password_mismatch": "That user name and password do not belong together.",
        "too_many_login_attempts": "Too many attempts. Please wait a few minutes.",
        "email_taken": "There is an account with this e-mail address already.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "This is not your password.",
        "rate_limited": "That was too fast. Please wait a moment.",
    }

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> Any:
        """Somebody who is suspended is told until when and why, once the password was right."""
        standing = (
            user.suspensions.standing().order_by("-pk").first() if user.is_suspended else None
        )
        if standing is None:
            return super().pre_login(request, user, **details)
        clear_login(request)
        return render(request, "accounts/suspended.html", {"suspension": standing}, status=403)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return signup_is_open()

    def clean_username(self, username: str, shallow: bool = False) -> str:
        return check_username(username, unique=not shallow)

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        """Save a new account; the site's first becomes its founder and administrator.

        Raises ImmediateHttpResponse, with the form and what was typed into it, when somebody
        took the name since the form was checked; also when another became the first on a
        site that is otherwise closed.
        """
        super().save_user(request, user, form, commit=False)
        user.username_key = skeleton(user.username)
        if commit and not (not User.objects.exists() and _save_as_founder(user)):
            self._save_as_member(request, user, form)
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        founder = request.user.is_authenticated and request.user.founder
        return reverse("rooms:new" if founder else "rooms:list")

    def _save_as_member(self, request: HttpRequest, user: User, form: BaseForm) -> None:
        if not self.is_open_for_signup(request):
            raise ImmediateHttpResponse(redirect("account_signup"))
        if not _save(user):
            _show_again(request, form)


def _save_as_founder(user: User) -> bool:
    """Whether this account became the founder's; at most one ever does, however many try."""
    user.founder = user.is_staff = user.is_superuser = True
    if not _save(user):
        user.founder = user.is_staff = user.is_superuser = False
    return user.founder


def _save(user: User) -> bool:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return False
    return True


def _show_again(request: HttpRequest, form: BaseForm) -> NoReturn:
    from allauth.account.views import SignupView  # imports this module

    form.add_error("username", NAME_TAKEN)
    page = SignupView()
    page.setup(request)
    raise ImmediateHttpResponse(page.form_invalid(form))
