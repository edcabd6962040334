"""What a room or a person takes away: a zip that is made as it is sent."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from itertools import chain
from typing import Any
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.storage import default_storage
from django.db.models import F, Prefetch
from django.utils import timezone

from accounts.models import User
from rooms.models import Attachment, Decision, Held, Membership, Message, Room
from rooms.models.files import Kept, files_of
from rooms.models.messages import Line, columns
from rooms.rows import chips, former

AT_ONCE = 500
SENT = 64 * 1024

HEAD = """\
<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:">
<title>{name}</title><style>body{{font:1rem/1.5 system-ui;max-width:46rem;margin:2rem auto}}
body{{padding:0 1rem}}time{{color:#666;font-size:.8em}}
pre{{overflow:auto}}img{{max-width:100%}}</style>
<h1>{name}</h1><p>{topic}</p>
"""


class Outlet:
    """Where the zip is written to; what has gathered is taken and sent."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        taken, self.parts, self.size = b"".join(self.parts), [], 0
        return taken


type Entry = tuple[str, Iterable[str | bytes]]


def zipped(files: Iterable[Entry]) -> Iterator[bytes]:
    """A zip of these files, each given in pieces; no more than a piece or two is ever held."""
    outlet: Any = Outlet()
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        for name, pieces in files:
            with archive.open(name, "w", force_zip64=True) as file:
                for piece in pieces:
                    file.write(piece.encode() if isinstance(piece, str) else piece)
                    if outlet.size > SENT:
                        yield outlet.take()
    yield outlet.take()


def of_room(room: Room) -> Iterator[bytes]:
    """All that can be read in a room now, as JSON and as a page; what was removed stays away."""
    about = {"name": room.name, "topic": room.topic, "address": room.slug}
    texts: list[Entry] = [
        ("messages.json", _document(about, "messages", _told(room))),
        ("messages.html", _page(room)),
    ]
    return zipped(chain(texts, _files_of_room(room)))


def of_person(user: User) -> Iterator[bytes]:
    """What the site knows of somebody who asks: their account, rooms and own words; what they
    reported and answered, and what they were told."""
    account = {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "time_zone": user.time_zone,
        "joined": _at(user.date_joined),
    }
    rooms = Membership.objects.filter(user=user).select_related("room", "other").order_by("pk")
    account["rooms"] = [
        {"name": m.title, "address": m.room.slug, "role": m.role, "joined": _at(m.joined_at)}
        for m in rooms
    ]
    account["blocked"] = list(user.blocks.values_list("person__username", flat=True))
    account["reactions"] = list(
        user.reactions.order_by("pk").values(
            "emoji", room=F("message__room__slug"), number=F("message__seq")
        )
    )
    account |= _reported(user)
    held = _not_let_in(user)
    account["not_let_in"] = [
        {"room": each.room.slug, "at": _at(each.made_at), "text": each.text,
         "files": _names(f"held-{each.pk}", kept),
         "decision": each.decision or "waiting", "reason": each.reason}
        for each, kept in held
    ]  # fmt: skip
    texts: list[Entry] = [
        ("account.json", [json.dumps(account, ensure_ascii=False, indent=1)]),
        ("messages.json", _document({}, "messages", _own(user))),
    ]
    waiting = (_entries(f"held-{each.pk}", kept) for each, kept in held)
    return zipped(chain(texts, _files_of_person(user), *waiting))


def _not_let_in(user: User) -> list[tuple[Held, Kept]]:
    """One's messages that wait, or were rejected, each with its files. Two queries."""
    held = user.held.filter(decision__in=("", Decision.REJECTED)).select_related("room")
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    found = held.prefetch_related(files).order_by("pk")
    return [(each, [one.file for one in each.attachments.all()]) for each in found]


def _reported(user: User) -> dict[str, list[dict[str, Any]]]:
    """One's reports (not what others said, which is theirs), answers to sanctions, and notices."""
    reports = user.reports.order_by("pk").values("made_at", "kind", "comment")
    answers = user.cases.exclude(answer="").order_by("pk").values("opened_at", "answer", "verdict")
    told = user.notices.order_by("pk").values("made_at", "text")
    return {
        name: [{key: _at(value) for key, value in each.items()} for each in found]
        for name, found in (("reports", reports), ("answers", answers), ("told", told))
    }


def _document(about: dict[str, Any], key: str, pieces: Iterator[list[Any]]) -> Iterator[str]:
    """One JSON object, whose list comes in pieces."""
    yield json.dumps(about, ensure_ascii=False)[:-1] + (", " if about else "") + f'"{key}": ['
    between = "\n"
    for piece in pieces:
        yield "".join(
            f"{between if not n else ',\n'}{json.dumps(each, ensure_ascii=False)}"
            for n, each in enumerate(piece)
        )
        between = ",\n"
    yield "\n]}\n"


def _told(room: Room) -> Iterator[list[dict[str, Any]]]:
    for values in _stretches(room, "text"):
        yield [
            {
                "number": line.seq,
                "at": _at(line.created_at),
                "author": line.username,
                "name": line.display_name or line.username or former(),
                "text": None if line.removed_at else text,
                "files": [] if line.removed_at else _names(line.seq, line.files),
                "replies_to": line.original.seq if line.original else None,
                "reactions": _reactions(line),
                "edited_at": _at(line.edited_at),
                "removed_at": _at(line.removed_at),
            }
            for line, text in values
        ]


def _reactions(line: Line) -> dict[str, list[str]]:
    return {} if line.removed_at else dict(chips(line.reactions or ""))


def _page(room: Room) -> Iterator[str]:
    yield HEAD.format(name=escape(room.name), topic=escape(room.topic))
    for values in _stretches(room, "html"):
        yield "".join(_article(line) for line, _ in values)


def _article(line: Line) -> str:
    name = escape(line.display_name or line.username or former())
    body = "<p><i>removed</i></p>" if line.removed_at else line.html + _shown(line)
    at = timezone.localtime(line.created_at)
    original = line.original if not line.removed_at else None
    above = f'<p><a href="#m{original.seq}">↪ {original.seq}</a></p>' if original else ""
    return (
        f'<article id="m{line.seq}"><b>{name}</b> <time datetime="{at.isoformat()}">'
        f"{at:%Y-%m-%d %H:%M}</time>{above}{body}</article>\n"
    )


def _shown(line: Line) -> str:
    """A message's files on the page: pictures, and links to all else."""
    return "".join(
        f'<p><a href="{quote(name)}">'
        + (
            f'<img src="{quote(name)}" alt="{escape(file.alt or file.name)}">'
            if file.kind == "picture"
            else escape(file.name)
        )
        + "</a></p>"
        for name, file in zip(_names(line.seq, line.files), files_of(line.files), strict=True)
    )


def _names(place: object, kept: Kept) -> list[str]:
    """What the files of a message at this place are called in the zip."""
    return [f"files/{place}-{n}-{file.name}" for n, file in enumerate(files_of(kept), 1)]


def _files_of_room(room: Room) -> Iterator[Entry]:
    for values in _stretches(room, "pk"):
        for line, _pk in values:
            if not line.removed_at:
                yield from _entries(line.seq, line.files)


def _files_of_person(user: User) -> Iterator[Entry]:
    mine = Message.objects.filter(author=user, files__isnull=False).order_by("pk")
    for seq, kept, address in list(mine.values_list("seq", "files", "room__slug")):
        yield from _entries(f"{address}-{seq}", kept)


def _entries(place: object, kept: Kept) -> Iterator[Entry]:
    """The files themselves, without those that were deleted in the meantime."""
    for name, file in zip(_names(place, kept), files_of(kept), strict=True):
        if default_storage.exists(file.path):
            with default_storage.open(file.path) as stored:
                yield name, stored.chunks(SENT)


def _stretches(room: Room, column: str) -> Iterator[list[tuple[Line, str]]]:
    """A room's messages up to the newest that it has now, so many at once, with one column more."""
    after = 0
    messages = Message.objects.filter(room=room.pk, seq__lte=room.last_seq).order_by("seq")
    while found := list(messages.filter(seq__gt=after).values_list(*columns(), column)[:AT_ONCE]):
        yield [(Line.of(values[:-1]), values[-1]) for values in found]
        after = found[-1][0]


def _own(user: User) -> Iterator[list[dict[str, Any]]]:
    """The keys are read first: no index has a person's messages in order."""
    mine = Message.objects.filter(author=user)
    keys = sorted(mine.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        found = Message.objects.filter(pk__in=keys[start : start + AT_ONCE]).order_by("pk")
        told = found.values(
            "seq", "text", "files", "created_at", "edited_at", "removed_at",
            address=F("room__slug"), replies_to=F("reply_to__seq"),
        )  # fmt: skip
        for each in told:
            each["files"] = _names(f"{each['address']}-{each['seq']}", each["files"])
        yield [{key: _at(value) for key, value in each.items()} for each in told]


def _at(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
