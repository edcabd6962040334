"""What a text would look like in a room, before it is sent."""

import secrets

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from rooms import access, actions
from rooms.errors import Invalid
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_POST
@login_required
@unhurried
def preview(request: Request, slug: str) -> HttpResponse:
    """The text as others would read it: over the room's page, or on a page that sends it."""
    member = access.membership(request.user, slug)
    text = request.POST.get("message", "")
    nonce = request.POST.get("nonce", "")[:64].replace("\x00", "") or secrets.token_urlsafe(12)
    context: dict[str, object] = {"room": member.room, "text": text, "nonce": nonce}
    context["reply"] = request.POST.get("reply", "")
    try:
        context["html"] = mark_safe(actions.messages.preview(member=member, text=text))  # noqa: S308
    except Invalid as refusal:
        context["error"] = refusal
    page = "rooms/preview.html#sheet" if request.htmx else "rooms/preview.html"
    return render(request, page, context)
