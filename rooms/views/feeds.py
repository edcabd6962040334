"""A room as an Atom feed, at an address that is the reader's own secret."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_POST, require_safe

from rooms import access, actions
from rooms.errors import Refused
from rooms.models import Message
from rooms.models.files import files_of
from rooms.models.messages import Line
from rooms.rows import former, quote
from rooms.views.haste import unhurried
from rooms.views.page import room_page
from rooms.views.request import Request

SHOWN = 30


@require_POST
@login_required
@unhurried
def renew(request: Request, slug: str) -> HttpResponse:
    """A new address; the one before is worth nothing any more."""
    member = access.membership(request.user, slug)
    try:
        actions.members.renew_feed(member=member)
    except Refused as refusal:
        return room_page(request, member, error=str(refusal), status=refusal.status)
    return redirect("rooms:attention", slug)


@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The newest messages, for a program that has no session. Two queries, one for a 304.

    No message that was removed; the same again while the room's version is the same.
    """
    member = access.by_feed_key(key)
    etag = quote_etag(f"{member.room_id}.{member.room.version}")

    @condition(etag_func=lambda _: etag)
    def answer(request: HttpRequest) -> HttpResponse:
        standing = Message.objects.filter(room=member.room_id, removed_at=None)
        here = request.build_absolute_uri
        made = Atom1Feed(
            title=member.room.name,
            link=here(member.room.get_absolute_url()),
            description=member.room.topic,
            feed_url=here(),
        )
        for line in reversed(standing.newest(SHOWN)):
            _add(made, line, here(member.room.get_absolute_url()))
        return HttpResponse(made.writeString("utf-8"), content_type=made.content_type)

    response = answer(request)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _add(made: Atom1Feed, line: Line, room: str) -> None:
    """Files as links: whoever follows one signs in."""
    name = line.display_name or line.username or former()
    url = f"{room}messages/{line.seq}/"
    links = [(room, file.key, file.name) for file in files_of(line.files)]
    made.add_item(
        title=name,
        link=url,
        unique_id=url,
        description=_quoted(line, room)
        + line.html
        + format_html_join("", '<p><a href="{}files/{}/">{}</a></p>', links),
        author_name=name,
        pubdate=line.created_at,
        updateddate=line.edited_at or line.created_at,
    )


def _quoted(line: Line, room: str) -> str:
    """What a reply replies to, while that stands."""
    if not line.original or line.original.removed_at:
        return ""
    to = quote(line.original)
    html = '<blockquote><p><a href="{}messages/{}/">{}</a> {}</p></blockquote>'
    return format_html(html, room, to.seq, to.name, to.excerpt)
