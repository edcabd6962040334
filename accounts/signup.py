"""The form of those who are new. allauth loads it; importing it elsewhere imports allauth's."""

from typing import Any

from allauth.account.forms import SignupForm as AllauthSignupForm
from allauth.core import context
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import zones
from accounts.forms import time_zone_choices


class SignupForm(AllauthSignupForm):
    """Asks for the time zone as well: guessed where the browser says enough, else the site's."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Times are shown in it. You can change it later."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guessed = zones.guess(context.request.headers.get("Accept-Language", ""))
        asked = self.fields["time_zone"] = self.fields.pop("time_zone")  # after the rest
        asked.choices, asked.initial = time_zone_choices(guessed), guessed

    def clean_time_zone(self) -> str:
        """Whoever sends none, as programs do, lives where the browser says."""
        zone: str = self.cleaned_data["time_zone"] or self.fields["time_zone"].initial
        return zone
