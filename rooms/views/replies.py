"""Replying to a message: what stands above the box while one writes it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rooms import access
from rooms.models import Membership, Message
from rooms.rows import Quote, quote
from rooms.views.request import Request


@require_safe
@login_required
def reply(request: Request, slug: str, seq: int) -> HttpResponse:
    """To the composer, which will reply to this message: over the page, or on the room's own."""
    member = access.membership(request.user, slug)
    found = access.message(member, seq)
    if not request.htmx:
        return redirect(f"{reverse('rooms:room', args=[slug])}?reply={seq}#composer")
    context = {"replying": None if found.is_removed else quote(found.as_original), "oob": True}
    return render(request, "rooms/composer.html#replying", context)


def replying(member: Membership, seq: int | None) -> Quote | None:
    """What the composer says that it replies to. One query where it does."""
    if seq is None or not member.joined:
        return None
    asked = Message.objects.filter(room=member.room_id, seq=seq, removed_at=None)
    found = asked.select_related("author").first()
    return quote(found.as_original) if found else None
