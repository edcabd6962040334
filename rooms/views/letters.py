"""What I am told by mail, and the link in each letter that ends it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from rooms import actions
from rooms.letters import read_stop_token
from rooms.models import Mailing, Subject
from rooms.views.haste import unhurried
from rooms.views.request import Request


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@unhurried
def wishes(request: Request) -> HttpResponse:
    if request.method == "POST":
        wanted = {subject: subject in request.POST for subject in Subject.values}
        actions.letters.wish(user=request.user, **wanted)
        messages.success(request, _("Saved."))
        return redirect("letters")
    mailing = Mailing.objects.filter(user=request.user).first() or Mailing()
    subjects = [(value, label, mailing.wants(value)) for value, label in Subject.choices]
    context = {"subjects": subjects, "is_refused": mailing.refused == request.user.email != ""}
    return render(request, "rooms/letters.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more of these letters, by a signed link: no sign-in, no cookie.

    Mail programs post to it by themselves (RFC 8058); what only looks at it changes nothing.
    """
    found = read_stop_token(token)
    if found is None:
        raise Http404("No such letter.")
    user_pk, subject = found
    if request.method == "POST":
        actions.letters.stop(user_pk=user_pk, subject=subject)
    context = {"done": request.method == "POST", "label": Subject(subject).label}
    return render(request, "rooms/stop.html", context)
