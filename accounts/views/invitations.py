"""The site's invitations, made and withdrawn by staff."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import invitations
from accounts.errors import Refused
from accounts.models import Invitation
from accounts.views.request import Request

DEFAULTS = {"days": "7", "uses": "1", "note": ""}

View = Callable[..., HttpResponseBase]


def staff_only(view: View) -> View:
    """For others these addresses are not there."""

    def inner(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_in_charge:
            raise Http404("Nothing for you here.")
        return view(request, *args, **kwargs)

    return login_required(inner)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def index(request: Request) -> HttpResponse:
    asked = {key: request.POST.get(key, value) for key, value in DEFAULTS.items()}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            invitations.make(by=request.user, **asked)
            return redirect("staff:invitations")
        except Refused as problem:
            refusal = problem
    context = {"invitations": Invitation.objects.listed(), "asked": asked, "error": refusal}
    status = refusal.status if refusal else 200
    return render(request, "accounts/invitations.html", context, status=status)


@require_POST
@staff_only
def revoke(request: Request, pk: int) -> HttpResponse:
    invitations.revoke(by=request.user, invitation=get_object_or_404(Invitation, pk=pk))
    return redirect("staff:invitations")
