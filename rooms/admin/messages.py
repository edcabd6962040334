"""Messages, in Django's admin: found by what an index knows, however many there are."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.db.models.functions import Left
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import Choice, EndlessAdmin, Lately, person_key, reason_of
from rooms import actions
from rooms.admin.standing import in_public, room_key, within
from rooms.models import Message
from rooms.models.files import files_of, in_words
from rooms.search.find import index
from rooms.search.match import Match
from rooms.views.page import whole

EVERYWHERE = Match(groups=[], rooms=[], public=True)


class Removed(Choice):
    title = _("removed")
    parameter_name = "removed"
    offered = (("yes", _("Yes")), ("no", _("No")))
    in_search = True

    def condition(self, value: str) -> Q:
        return Q(removed_at__isnull=value == "no")

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(removed_at__isnull=False) if self.chosen == "yes" else None


class WithFiles(Choice):
    title = _("files")
    parameter_name = "files"
    offered = (("yes", _("With files")),)

    def condition(self, value: str) -> Q:
        return Q(files__isnull=False)

    def walk(self, everything: Any) -> Any | None:
        return everything.filter(files__isnull=False) if self.chosen else None


class WrittenLately(Lately):
    field = "created_at"


@admin.register(Message)
class MessageAdmin(EndlessAdmin):
    """`lobby` finds a room's newest, `lobby/12` one message, `@name` what somebody said.

    The words of messages are for the site's own search. What is said in private rooms and in
    conversations of two is for those who are in them, and for nobody else.
    """

    list_display = ("place", "author", "excerpt", "created_at", "removed_at")
    list_filter = (Removed, WithFiles, WrittenLately)
    list_select_related = ("room", "author")
    search_help_text = _("A room's address, room/number, or @name")
    exclude = ("html", "nonce", "opens_run", "opens_day")
    readonly_fields = ("attached",)
    actions = ("remove", "restore")

    def get_queryset(self, request: HttpRequest) -> Any:
        everything = super().get_queryset(request).filter(in_public())
        everything = everything.select_related("room", "author", "removed_by")
        return everything.annotate(beginning=Left("text", 120))

    def walked(self, way: Any) -> list[Any]:
        """Where nothing is asked for, what stands in public rooms is first as well, however much
        is said elsewhere. At most four queries."""
        pks = super().walked(way)
        return pks if way.query.where else [*{*pks, *index.matches(EVERYWHERE, self.looked_at)}]

    def search(self, way: Any, words: str) -> Any:
        if words.startswith("@"):
            return way.filter(author=person_key(words))
        place = words.strip("/").removeprefix("rooms/")
        theirs = way.filter(room=room_key(place)).order_by("-seq")
        number = place.partition("/")[2].removeprefix("messages/").strip("/")
        return theirs.filter(seq=whole(number) or 0) if number else theirs

    @admin.action(description=_("Remove"))
    def remove(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.removals.remove)

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, found: Any) -> None:
        self._do(request, found, actions.removals.restore)

    @admin.display(description=_("message"))
    def place(self, message: Message) -> str:
        return f"{message.room.slug}/{message.seq}"

    @admin.display(description=_("text"))
    def excerpt(self, message: Any) -> str:
        address = f"{message.get_absolute_url()}#m{message.seq}"
        shown = in_words(message.beginning, message.files)
        return format_html('{} <a href="{}">{}</a>', shown, address, _("See"))

    @admin.display(description=_("files"))
    def attached(self, message: Message) -> SafeString:
        """What has to be seen to be judged is seen in the room, by those who may."""
        told = [
            (file.name, file.kind_name, filesizeformat(file.size))
            for file in files_of(message.files)
        ]
        return format_html_join(mark_safe("<br>"), "{} ({}, {})", told)

    def _do(self, request: HttpRequest, found: Any, act: Callable[..., Any]) -> None:
        why = reason_of(request)

        def one(message: Message) -> None:
            act(member=within(request, message.room), message=message, reason=why)

        self.act(request, found, one)
