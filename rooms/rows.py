"""A message as a row of HTML: the same bytes for everybody, rendered once for each state.

The page, the live frame, the catch-up and older rows all come from here, so they cannot differ.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import languages
from accounts.models import initials, tone
from rooms.markup import excerpt, named
from rooms.models.files import LARGE, SMALL, File, files_of
from rooms.models.messages import Line, Original

KEPT = 8_000


NAMED = 10


class Chip(NamedTuple):
    """An emoji below a message: who gave it, for the style sheets, and as people read it."""

    emoji: str
    usernames: list[str]

    @property
    def names(self) -> str:
        shown, more = ", ".join(self.usernames[:NAMED]), len(self.usernames) - NAMED
        if more <= 0:
            return shown
        return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
            "names": shown,
            "count": more,
        }


class Quote(NamedTuple):
    """What a reply says above its text of the message that it replies to; `to` is its author's
    user name. Nothing of one that was removed."""

    seq: int
    to: str = ""
    name: str = ""
    excerpt: str = ""
    removed: bool = False


def rows(lines: Iterable[Line], slug: str) -> SafeString:
    """These messages of the room at `slug`, each behind its day line where it opens a day."""
    return mark_safe("".join([row(line, slug) for line in lines]))  # noqa: S308


def row(line: Line, slug: str) -> SafeString:
    """One message with its day line, if it has one."""
    if line.opens_day:
        above = day(line.seq, timezone.localtime(line.created_at))
        return mark_safe(above + article(line, slug))  # noqa: S308
    return article(line, slug)


def article(line: Line, slug: str) -> SafeString:
    """One message without its day line: what an edit or a removal replaces."""
    render = _article if len(line.html) <= KEPT else _article.__wrapped__
    return render(
        slug,
        line.seq,
        line.author,
        line.username or "",
        line.display_name or line.username or former(),
        "" if line.removed_at else line.html,
        () if line.removed_at else files_of(line.files),
        line.created_at,
        line.opens_run,
        line.edited_at is not None,
        line.removed_at is not None,
        line.removed_by == line.author,
        quote(line.original) if line.original and not line.removed_at else None,
        line.reactions or "",
    )


def chips(reactions: str) -> list[Chip]:
    """What stands below a message of `Message.reactions`."""
    lines = [line.split(" ") for line in reactions.split("\n") if line]
    return [Chip(emoji, usernames) for emoji, *usernames in lines]


def reacted(line: Line) -> SafeString:
    """The chips alone: what a reaction replaces."""
    context = {"seq": line.seq, "chips": chips(line.reactions or "")}
    return render_to_string("rooms/message.html#chips", context)


def quote(original: Original) -> Quote:
    """What a reply, and the composer while it is written, show of this message."""
    if original.removed_at:
        return Quote(original.seq, removed=True)
    name = original.display_name or original.username or former()
    return Quote(original.seq, original.username or "", name, excerpt(original.text))


def shown_files(files: Sequence[File]) -> list[tuple[File, tuple[int, int]]]:
    """Each file with the width and height of its picture, if it is one, in a row."""
    box = LARGE if len(files) == 1 else SMALL
    return [(file, file.within(box) if file.kind == "picture" else (0, 0)) for file in files]


def former() -> str:
    """What stands for the name of somebody who is gone, in the site's language."""
    with languages.to_everybody():
        return _("A former member")


def day(seq: int, at: datetime) -> SafeString:
    """The line above the message `seq` that opens a day. It leads nowhere: it stays in sight, above
    links of the rows that pass under it."""
    return render_to_string("rooms/message.html#day", {"seq": seq, "at": at})


@lru_cache(maxsize=8192)
def _article(
    slug: str,
    seq: int,
    author: int | None,
    username: str,
    name: str,
    html: str,
    files: tuple[File, ...],
    created_at: datetime,
    opens_run: bool,
    edited: bool,
    removed: bool,
    withdrawn: bool,
    reply: Quote | None,
    reactions: str,
) -> SafeString:
    at = timezone.localtime(created_at)
    face = {"initials": initials(name) if author else "", "tone": tone(author or 0)}
    spoken_to = named(html)
    if reply and reply.to and reply.to not in (username, *spoken_to):
        spoken_to.append(reply.to)
    names = " ".join(spoken_to)
    shown = shown_files(files)
    below = chips(reactions)
    return render_to_string("rooms/message.html#row", locals() | face | {"chips": below})
