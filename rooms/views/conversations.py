"""Whom I may write to, and the way to a conversation with one of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from rooms import access, actions, completion
from rooms.errors import Refused
from rooms.views.haste import unhurried
from rooms.views.people import person_page
from rooms.views.request import Request


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """People with whom I share a room, by user name; those whose names begin with `q`."""
    words = request.GET.get("q", "").replace("\x00", "").strip().removeprefix("@")[:60]
    people = completion.acquaintances(request.user, words)
    context = {"words": words, "people": people, "most": completion.LISTED}
    name = "rooms/people.html#found" if request.htmx else "rooms/people.html"
    return render(request, name, context)


@require_POST
@login_required
@unhurried
def begin(request: Request, username: str) -> HttpResponse:
    """To the conversation with this person, which is made if there is none yet."""
    person = access.person(username)
    try:
        return redirect(actions.conversations.begin(by=request.user, person=person))
    except Refused as refusal:
        return person_page(request, person, refusal)
