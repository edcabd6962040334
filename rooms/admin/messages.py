"""Messages, in Django's admin: found by what an index knows, however many there are."""

from typing import Any

from django.contrib import admin
from django.db.models.functions import Left
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import InOrder, StaffAdmin, reason_of
from accounts.models import User
from rooms import actions
from rooms.admin.standing import within
from rooms.models import Kind, Message, Room
from rooms.models.files import files_of, in_words
from rooms.views.page import whole


@admin.register(Message)
class MessageAdmin(StaffAdmin):
    """`lobby` finds a room's newest, `lobby/12` one message, `@name` what somebody said.

    The words of messages are for the site's own search. What is said in private rooms and in
    conversations of two is for those who are in them, and for nobody else.
    """

    list_display = ("place", "author", "excerpt", "created_at", "removed_at")
    list_select_related = ("room", "author")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("pk",)
    search_help_text = _("A room's address, room/number, or @name")
    exclude = ("html", "nonce", "opens_run", "opens_day")
    readonly_fields = ("attached",)
    actions = ("remove", "restore")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[InOrder]:
        return InOrder

    def get_queryset(self, request: HttpRequest) -> Any:
        everything = super().get_queryset(request).filter(room__kind=Kind.PUBLIC)
        everything = everything.select_related("room", "author", "removed_by")
        return everything.annotate(beginning=Left("text", 120))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        words = search_term.replace("\x00", "").strip()
        if not words:
            return queryset, False
        if words.startswith("@"):
            author = User.objects.filter(username=words[1:]).values_list("pk", flat=True).first()
            return queryset.filter(author=author or 0), False
        slug, _slash, seq = words.strip("/").removeprefix("rooms/").partition("/")
        room = Room.objects.filter(slug=slug).values_list("pk", flat=True).first()
        theirs = queryset.filter(room=room or 0).order_by("-seq")
        number = seq.removeprefix("messages/").strip("/")
        return theirs.filter(seq=whole(number) or 0) if number else theirs, False

    @admin.action(description=_("Remove"))
    def remove(self, request: HttpRequest, found: Any) -> None:
        why = reason_of(request)

        def one(message: Message) -> None:
            by = within(request, message.room)
            actions.messages.remove(member=by, message=message, reason=why)

        self.act(request, found, one)

    @admin.action(description=_("Restore"))
    def restore(self, request: HttpRequest, found: Any) -> None:
        why = reason_of(request)

        def one(message: Message) -> None:
            by = within(request, message.room)
            actions.messages.restore(member=by, message=message, reason=why)

        self.act(request, found, one)

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
