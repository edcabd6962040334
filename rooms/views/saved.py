"""What I keep for later."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe

from rooms import access, actions, conversations
from rooms.errors import Invalid
from rooms.models import Saved
from rooms.rows import rows
from rooms.views.haste import unhurried
from rooms.views.messages import menu_page
from rooms.views.page import whole
from rooms.views.request import Request

PAGE = 20


@require_safe
@login_required
def index(request: Request) -> HttpResponse:
    """My saved messages, the last saved first."""
    mine = Saved.objects.filter(user=request.user).readable_by(request.user)
    shown = list(mine.listed(whole(request.GET.get("before")), PAGE + 1))
    conversations.call([saved.message.room for saved in shown], request.user.pk)
    kept = [(saved, rows([saved.message.line], saved.message.room.slug)) for saved in shown[:PAGE]]
    context = {"kept": kept, "next": shown[PAGE - 1].pk if len(shown) > PAGE else None}
    response = render(request, "rooms/saved.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response


@require_POST
@login_required
@unhurried
def save(request: Request, slug: str, seq: int) -> HttpResponse:
    """Keep a message with the note `note`, or change the note."""
    member = access.membership(request.user, slug)
    message = access.message(member, seq)
    note = request.POST.get("note", "")
    try:
        actions.saved.save(user=request.user, message=message, note=note)
    except Invalid as refusal:
        return menu_page(request, member, message, note=note, refusal=refusal)
    return HttpResponse() if request.htmx else redirect("saved")


@require_POST
@login_required
@unhurried
def discard(request: Request, slug: str, seq: int) -> HttpResponse:
    member = access.membership(request.user, slug)
    actions.saved.discard(user=request.user, message=access.message(member, seq))
    return HttpResponse() if request.htmx else redirect("saved")
