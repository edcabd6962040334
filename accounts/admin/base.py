"""What all of our admin pages share: who may, how far they count, and how they act."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin, ShowFacets, SimpleListFilter
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from accounts.models import FOREVER, User

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


class Choice(SimpleListFilter):
    """A filter of a few conditions; `in_search` says whether what it walks is in order also of
    what was searched for."""

    offered: tuple[tuple[str, Any], ...] = ()
    in_search = False

    def condition(self, value: str) -> Q:
        raise NotImplementedError

    def walk(self, everything: Any) -> Any | None:
        """The rows that an index has in order for what was chosen, or None where none has."""
        return None

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, Any], ...]:
        return self.offered

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(self.condition(self.chosen)) if self.chosen else queryset

    @property
    def chosen(self) -> str:
        """What was chosen of what is offered, or ""."""
        value = self.value() or ""
        return value if value in dict(self.offered) else ""


class Lately(Choice):
    """Of the last days: the newest of a list, so that it needs no index of its own."""

    title = _("time")
    parameter_name = "lately"
    field: str
    offered = (("1", _("The last day")), ("7", _("The last 7 days")), ("30", _("The last 30 days")))

    def condition(self, value: str) -> Q:
        return Q(**{f"{self.field}__gte": timezone.now() - timedelta(days=int(value))})


class InOrder(ChangeList):
    """A list in its own order only: a column's would sort all rows there are, for one page."""

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return list(self.model_admin.ordering or ())

    def get_ordering_field_columns(self) -> dict[int, Any]:
        return {}


class Walked(InOrder):
    """A list that looks only so far: at the first 2,000 of what was searched for, or else of what
    a filter's own index has, or else of all.

    Whatever else is asked for is looked for among these. So no search with no filters, however
    few rows answer it, goes through all that there is; and each is found by an index, in order.
    """

    @property
    def admin(self) -> "EndlessAdmin":
        assert isinstance(self.model_admin, EndlessAdmin)
        return self.model_admin

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        found = super().get_queryset(request, exclude_parameters)
        way = self._way(request)
        if not self.query and way.query.where == found.query.where:
            return found
        order, walked = self.get_ordering(request, found), self.admin.walked(way)
        near = found.filter(pk__in=walked)
        if connection.vendor == "sqlite":
            # Looked up one by one: by a condition's own index it would go far all the same.
            near = self.model._default_manager.filter(Exists(found.filter(pk=OuterRef("pk"))))
            near = near.filter(pk__in=walked)
        pks = list(near.order_by(*order).values_list("pk", flat=True)[:COUNTED])
        shown = self.root_queryset.filter(pk__in=pks).order_by(*order)
        return shown if shown.query.select_related else self.apply_select_related(shown)

    def _way(self, request: HttpRequest) -> Any:
        """What is walked."""
        way = self.model._default_manager.order_by(*self.get_ordering(request, None))
        if self.query:
            way = self.admin.search(way, self.query.replace("\x00", "").strip())
        choices = [spec for spec in self.filter_specs if isinstance(spec, Choice)]
        walks = (each.walk(way) for each in choices if each.in_search or not self.query)
        return next((walk for walk in walks if walk is not None), way)


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


class EndlessAdmin(StaffAdmin):
    """What grows for ever, the newest first; found by what an index knows, as `search` has it."""

    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("pk",)
    looked_at = 2000  # more than are counted

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Walked]:
        return Walked

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """What is searched for is found on the way."""
        return queryset, False

    def search(self, way: Any, words: str) -> Any:
        """Of these rows those that answer `words`, in the order of an index."""
        raise NotImplementedError

    def walked(self, way: Any) -> list[Any]:
        """The primary keys of the first rows of a way, as many as are looked at. One query."""
        return list(way.values_list("pk", flat=True)[: self.looked_at])


def end_of(at: datetime | None) -> str | None:
    """When something ends, in words; what ends never has a day of its own in the database."""
    if at is None:
        return None
    return gettext("for ever") if at >= FOREVER else date_format(localtime(at), "DATETIME_FORMAT")


def reason_of(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def person_key(username: str) -> int:
    """The primary key of whoever is called so, or 0, which is nobody's. One query."""
    found = User.objects.filter(username=username.removeprefix("@"))
    return found.values_list("pk", flat=True).first() or 0
