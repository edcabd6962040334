"""What people may call themselves, and their own profile."""

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import normalise, problem, skeleton

NAME_TAKEN = _("Somebody here has this name, or one that looks like it. Please choose another.")
# The regions of the time zone database whose names are places; the rest of it is history.
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)

type Choices = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


def check_username(username: str, *, unique: bool = True) -> str:
    """The name as it will be stored.

    Raises ValidationError with a sentence for people: badly formed, reserved, or (with `unique`,
    at the price of one query) confusable with the name of somebody else.
    """
    name = normalise(username)
    if sentence := problem(name):
        raise ValidationError(sentence)
    if unique and User.objects.filter(username_key=skeleton(name)).exists():
        raise ValidationError(NAME_TAKEN)
    return name


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """How others read me, my time zone, and how pages look to me."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ("display_name", "language", "time_zone", "theme", "density")
        labels = {
            "display_name": _("Display name"),
            "language": _("Language"),
            "theme": _("Colours"),
            "density": _("Rows"),
        }
        help_texts = {
            "display_name": _("What others read beside your messages. Empty: your user name."),
        }

    def __init__(self, data: QueryDict | None, *, instance: User) -> None:
        super().__init__(data, instance=instance)
        self.fields["display_name"].widget.attrs |= {"autocomplete": "nickname", "dir": "auto"}
        self.fields["time_zone"].choices = time_zone_choices(instance.time_zone)  # type: ignore[attr-defined]

    def clean_display_name(self) -> str:
        name = normalise(self.cleaned_data["display_name"])
        if name and not _is_readable(name):
            raise ValidationError(_("Please use letters, digits or emoji that everybody can see."))
        others = User.objects.exclude(pk=self.instance.pk)
        if name and others.filter(username_key=skeleton(name)).exists():
            raise ValidationError(NAME_TAKEN)
        return name


def _is_readable(name: str) -> bool:
    """Something to read, and nothing without a shape (private use, unassigned)."""
    kinds = [unicodedata.category(character) for character in name]
    something = any(kind[0] in "LN" or kind == "So" for kind in kinds)
    return something and not any(kind in ("Cc", "Cn", "Co", "Cs") for kind in kinds)


def time_zone_choices(current: str) -> Choices:
    """Time zones by region, UTC first; `current` is among them even if out of use."""
    names = _place_names()
    other = [] if current in names or current == "UTC" else [(current, current)]
    return [("UTC", "UTC"), *other, *_by_region(names)]


@cache
def _place_names() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if _region(zone) in REGIONS))


def _by_region(names: Iterable[str]) -> Choices:
    return [
        (region, [(name, _place(name)) for name in group])
        for region, group in groupby(names, key=_region)
    ]


def _region(zone: str) -> str:
    return zone.partition("/")[0]


def _place(zone: str) -> str:
    return zone.partition("/")[2].replace("_", " ").replace("/", ", ")
