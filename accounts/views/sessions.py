"""Where I am signed in, and how to end that."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.agents import describe
from accounts.models import User
from accounts.sockets import still_signed_in
from accounts.views.request import Request

SHOWN = 50


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    key = request.session.session_key
    return render(
        request, "accounts/sessions.html", {"sessions": sessions_of(request.user), "key": key}
    )


@require_POST
@login_required
def end(request: Request, pk: int) -> HttpResponse:
    """End one session of mine; this very one is ended by signing out."""
    found = get_object_or_404(UserSession, pk=pk, user=request.user)
    if found.session_key == request.session.session_key:
        return redirect("account_logout")
    actions.sessions.end_one(session=found)
    messages.success(request, _("That session has ended."))
    return redirect("accounts:sessions")


@require_POST
@login_required
def end_others(request: Request) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    with transaction.atomic():
        actions.sessions.sign_out_others(person=person, keep=request.session.session_key or "")
        request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        request.session.save()
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:sessions")


def sessions_of(person: User) -> list[UserSession]:
    """The newest sessions that still sign this person in, each with its `program` in words.

    Three queries, as allauth's own list takes three for each session.
    """
    found = list(UserSession.objects.filter(user=person).order_by("-pk")[:SHOWN])
    standing = still_signed_in({session.session_key for session in found})
    alive = [session for session in found if session.session_key in standing]
    for session in alive:
        session.program = describe(session.user_agent)
    return alive
