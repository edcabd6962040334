"""Answer to a sanction, once: of a room, or of the whole site while one cannot even sign in."""

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.adapter import APPEAL, APPEAL_LASTS
from accounts.models import Suspension, User
from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Case, Sanction
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def in_room(request: Request, pk: int) -> HttpResponse:
    return _page(request, request.user, access.sanction(request.user, pk), "rooms/appeal.html")


@require_http_methods(["GET", "HEAD", "POST"])
def on_site(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever has just shown the password of a suspended account, which the token proves."""
    try:
        pk = signing.loads(token, salt=APPEAL, max_age=APPEAL_LASTS)
    except signing.BadSignature:
        raise Http404("No such thing.") from None
    found = get_object_or_404(Suspension.objects.select_related("person"), pk=pk)
    return _page(request, found.person, found, "rooms/appeal_site.html")


def _page(
    request: HttpRequest, person: User, against: Sanction | Suspension, template: str
) -> HttpResponse:
    text, refusal = request.POST.get("text", ""), None
    if request.method == "POST":
        try:
            actions.appeals.appeal(person=person, against=against, text=text)
        except Refused as problem:
            refusal = problem
    appeal = Case.objects.filter(**{type(against).__name__.lower(): against}).first()
    context = {"against": against, "appeal": appeal, "text": text, "error": refusal}
    return render(request, template, context, status=refusal.status if refusal else 200)
