"""One's own profile; sign-in, e-mail and password pages are allauth's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import signals
from accounts.forms import ProfileForm
from accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    # A copy, so that a refused name does not show in the sidebar as if it were kept.
    me = User.objects.get(username=request.user.get_username())
    form = ProfileForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            if "display_name" in form.changed_data:
                signals.renamed.send(sender=None, user=me)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    blocked = User.objects.filter(blocked_by__by=me, is_active=True).order_by("username")
    return render(request, "accounts/profile.html", {"form": form, "blocked": blocked})
