"""One person's page: for everybody who they are, for staff what to do about them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import notes, sanctions, sessions
from accounts.days import first_moment
from accounts.errors import Refused
from accounts.models import AuditEntry, User
from accounts.views.sessions import sessions_of
from rooms import access, actions
from rooms.models import Room
from rooms.views.haste import unhurried
from rooms.views.request import Request

SHOWN = 50


@require_safe
@login_required
def person(request: Request, username: str) -> HttpResponse:
    return person_page(request, access.person(username))


@require_POST
@login_required
@unhurried
def suspend(request: Request, username: str) -> HttpResponse:
    """Until the first moment of the day `until`."""

    def work(by: User, person: User) -> None:
        until = first_moment(request.POST.get("until", ""))
        sanctions.suspend(by=by, person=person, until=until, reason=_reason(request))

    return _do(request, username, work)


@require_POST
@login_required
@unhurried
def ban(request: Request, username: str) -> HttpResponse:
    def work(by: User, person: User) -> None:
        sanctions.suspend(by=by, person=person, until=None, reason=_reason(request))

    return _do(request, username, work)


@require_POST
@login_required
@unhurried
def lift(request: Request, username: str) -> HttpResponse:
    def work(by: User, person: User) -> None:
        sanctions.lift(by=by, person=person, reason=_reason(request))

    return _do(request, username, work)


@require_POST
@login_required
@unhurried
def sign_out(request: Request, username: str) -> HttpResponse:
    def work(by: User, person: User) -> None:
        sessions.sign_out(by=by, person=person, reason=_reason(request))

    return _do(request, username, work)


@require_POST
@login_required
@unhurried
def note(request: Request, username: str) -> HttpResponse:
    def work(by: User, person: User) -> None:
        notes.write(by=by, person=person, text=request.POST.get("text", ""))

    return _do(request, username, work)


@require_POST
@login_required
@unhurried
def block(request: Request, username: str) -> HttpResponse:
    person = access.person(username)
    try:
        actions.conversations.block(by=request.user, person=person)
    except Refused as refusal:
        return person_page(request, person, refusal)
    return redirect("people:person", person.username)


@require_POST
@login_required
@unhurried
def unblock(request: Request, username: str) -> HttpResponse:
    person = access.person(username)
    actions.conversations.unblock(by=request.user, person=person)
    return redirect("people:person", person.username)


def _do(request: Request, username: str, work: Callable[[User, User], None]) -> HttpResponse:
    """What staff do; for others these addresses are not there."""
    if not request.user.is_in_charge:
        raise Http404("Nothing for you here.")
    person = access.person(username)
    try:
        work(request.user, person)
    except Refused as refusal:
        return person_page(request, person, refusal)
    return redirect("people:person", person.username)


def _reason(request: Request) -> str:
    return request.POST.get("reason", "")


def person_page(request: Request, person: User, refusal: Refused | None = None) -> HttpResponse:
    """Four queries beside those of every page; for staff eight more."""
    viewer = request.user
    blocked = viewer.blocks.filter(person=person).exists()
    context: dict[str, Any] = {
        "person": person,
        "blocked": blocked,
        "rooms": Room.objects.shared_by(viewer, person).order_by("name", "pk")[:SHOWN],
        "error": refusal,
        "posted": request.POST,
    }
    if viewer.is_in_charge:
        context |= {
            "may_act": viewer.outranks(person),
            "sessions": sessions_of(person),
            "suspensions": person.suspensions.select_related("by", "lifted_by").order_by("-pk")[
                :10
            ],
            "entries": AuditEntry.objects.filter(target=person).page(count=20),
            "notes": person.staff_notes.select_related("author").order_by("-pk")[:SHOWN],
        }
    status = refusal.status if refusal else 200
    return render(request, "rooms/person.html", context, status=status)
