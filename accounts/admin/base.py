"""What all of our admin pages share: who may, how far they count, and how they act."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused

COUNTED = 1000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts, and shows, the first thousand: no page costs more, however much there is.

    What lies beyond is for the search.
    """

    @cached_property
    def count(self) -> int:
        found: Any = self.object_list
        count: int = found.order_by()[:COUNTED].count()
        return count


class InOrder(ChangeList):
    """A list in its own order only: a column's would sort all rows there are, for one page."""

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return list(self.model_admin.ordering or ())

    def get_ordering_field_columns(self) -> dict[int, Any]:
        return {}


class ReasonForm(ActionForm):
    """Beside the choice of an action: why, which the log keeps, and until when."""

    reason = forms.CharField(max_length=500, required=False, label=_("Reason:"))


class StaffAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Seen by all of the site's staff, written by actions only, nothing ever deleted here."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    action_form = ReasonForm

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_authenticated and request.user.is_in_charge)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def act(self, request: HttpRequest, found: Any, act: Callable[[Any], Any]) -> None:
        """Do one thing to each, each by itself; tell what was done, and what was refused and why.

        Each goes the way that pages go: the log is written, and open pages follow. At most a
        thousand at once, as many as a list counts.
        """
        done = 0
        for each in found[:COUNTED]:
            try:
                act(each)
                done += 1
            except Refused as refusal:
                self.message_user(request, f"{each}: {refusal}", messages.ERROR)
        if done:
            self.message_user(request, f"Done: {done}.", messages.SUCCESS)


def reason_of(request: HttpRequest) -> str:
    return request.POST.get("reason", "")
