"""How allauth makes accounts here: who may sign up, under which names, and who comes first."""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actions import invitations
from accounts.forms import NAME_TAKEN, check_username
from accounts.models import Invitation, User
from accounts.names import skeleton
from accounts.stationery import on_paper

# The session's name for the token of the invitation that was followed.
INVITATION = "invitation"
# What a suspended person may answer with, once their password was right, and for how long (s).
APPEAL = "appeal"
APPEAL_LASTS = 3600


def signup_is_open() -> bool:
    """Whether a stranger may make an account; the very first one may always be made."""
    return settings.SIGNUP == "open" or not User.objects.exists()


class AccountAdapter(DefaultAccountAdapter):
    """allauth asks this adapter wherever our accounts differ from its defaults."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account has been closed."),
        "email_password_mismatch": _("That e-mail address and password do not belong together."),
        "username_password_mismatch": _("That user name and password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes."),
        "email_taken": _("There is an account with this e-mail address already."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("That was too fast. Please wait a moment."),
    }

    def pre_login(self, request: HttpRequest, user: User, **details: Any) -> Any:
        """Somebody who is suspended is told until when and why, once the password was right."""
        standing = (
            user.suspensions.standing().order_by("-pk").first() if user.is_suspended else None
        )
        if standing is None:
            return super().pre_login(request, user, **details)
        clear_login(request)
        context = {"suspension": standing, "token": signing.dumps(standing.pk, salt=APPEAL)}
        return render(request, "accounts/suspended.html", context, status=403)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if signup_is_open():
            return True
        token = request.session.get(INVITATION)
        invitation = Invitation.objects.filter(token=token).first() if token else None
        return invitation is not None and opens_signup(invitation)

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
        user.language = get_language() or ""
        user.time_zone = form.cleaned_data["time_zone"]
        if commit and not (not User.objects.exists() and _save_as_founder(user)):
            self._save_as_member(request, user, form)
        return user

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        if token := request.session.pop(INVITATION, None):
            return reverse("invited", args=[token])
        founder = request.user.is_authenticated and request.user.founder
        return reverse("rooms:new" if founder else "rooms:list")

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMultiAlternatives:
        """As text, and on the site's paper."""
        message = super().render_mail(*args, **kwargs)
        return on_paper(message, self.request.build_absolute_uri("/"))

    def _save_as_member(self, request: HttpRequest, user: User, form: BaseForm) -> None:
        """Under the lock of the invitation, if one was followed, which loses one use by this."""
        token = request.session.get(INVITATION)
        with transaction.atomic():
            invitation = invitations.lock(token) if token else None
            if not signup_is_open() and not (invitation and opens_signup(invitation)):
                raise ImmediateHttpResponse(redirect("account_signup"))
            if not _save(user):
                _show_again(request, form)
            if invitation and not invitation.problem:
                invitations.use(invitation=invitation, person=user)


def opens_signup(invitation: Invitation) -> bool:
    """Whether this link makes an account possible where strangers have none."""
    return settings.SIGNUP == "invite" and invitation.opens_signup and not invitation.problem


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
