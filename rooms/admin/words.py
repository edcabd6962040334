"""Word lists, in Django's admin: found and emptied here, changed on their own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import StaffAdmin
from rooms import actions
from rooms.admin.standing import within
from rooms.models import Kind, WordList


@admin.register(WordList)
class WordListAdmin(StaffAdmin):
    """The site's own words and those of public rooms: private rooms are as closed as ever."""

    list_display = ("__str__", "changed_at", "page")
    list_select_related = ("room",)
    ordering = ("room__name",)
    search_fields = ("=room__slug",)
    search_help_text = _("A room's address")
    actions = ("empty",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordList]:
        return super().get_queryset(request).exclude(room__kind=Kind.PRIVATE)

    @admin.display(description=_("page"))
    def page(self, found: WordList) -> str:
        address = reverse("rooms:words", args=[found.room.slug]) if found.room else None
        return format_html('<a href="{}">{}</a>', address or reverse("site-words"), _("Change"))

    @admin.action(description=_("Take all words out"))
    def empty(self, request: HttpRequest, found: Any) -> None:
        by: Any = request.user

        def one(words: WordList) -> None:
            if words.room:
                actions.words.change(by=within(request, words.room))
            else:
                actions.words.change_site(by=by)

        self.act(request, found, one)
