"""Close one's account."""

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rooms.actions import leaving
from rooms.errors import Invalid, Refused
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def leave(request: Request) -> HttpResponseBase:
    context = {"erase": request.POST.get("messages") == "erase", "error": None}
    if request.method != "POST":
        return render(request, "rooms/leave.html", context)
    try:
        if request.POST.get("messages") not in ("keep", "erase"):
            raise Invalid(_("Please say what becomes of your messages."))
        if not request.user.check_password(request.POST.get("password", "")):
            raise Invalid(_("This is not your password."))
        leaving.leave(person=request.user, erase=bool(context["erase"]))
    except Refused as refusal:
        return render(
            request, "rooms/leave.html", context | {"error": refusal}, status=refusal.status
        )
    request.session.flush()
    # A few hundred messages each; what a fault interrupts goes on with the next who leaves.
    while leaving.step():
        continue
    return redirect("home")
