"""Every component in every state, made by the templates of the product from made-up people."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.storage.base import Message as Notice
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from accounts.forms import ProfileForm
from accounts.models import AuditEntry, User
from config import colours
from rooms.markup import render as markup
from rooms.models import Kind, Membership, Message, Role, Room
from rooms.models.cases import Queue
from rooms.models.files import File
from rooms.models.messages import Line, Original
from rooms.record import Calendar, Cell, Month
from rooms.rows import rows
from rooms.sidebar import Label, Sidebar, entry, listed
from rooms.views.messages import QUICK

NOON = datetime(2026, 5, 5, 12, tzinfo=UTC)
NAMES = {"ada": "ada", "bo": "bo"}
ADA, BO, CY = (
    User(pk=pk, username=username, display_name=name)
    for pk, username, name in ((1, "ada", "Ada L."), (2, "bo", "Bo"), (3, "cy", "سي"))
)
ROOM = Room(pk=1, slug="kitchen-garden", name="kitchen-garden", topic="Beds 3 to 9", version=9)
# What the line of the connection, and the place where one writes, can be: chosen by the address.
LINES = ("live", "connecting", "lost", "polled", "closed")
ICONS = re.findall(r'id="(\w+)"', (settings.BASE_DIR / "static/icons/sprite.svg").read_text())
FEET: dict[str, dict[str, Any]] = {
    "writing": {"text": "Half a thought, with **stars**"},
    "on its way": {"text": "Half a thought, with **stars**", "sent": True},
    "near the end": {"text": "x" * 9_700},
    "slow": {"room": {"slow_mode": 30}, "wait": "b0 b3 b13"},
    "held": {"member": {"held_count": 2}},
    "muted": {"member": {"muted_until": datetime(9999, 1, 1, tzinfo=UTC)}},
    "announcements": {"room": {"posting": "moderators"}},
    "closed": {"room": {"posting": "nobody"}},
    "archived": {"room": {"archived_at": NOON}},
    "reading": {"member": {"role": Role.READER}},
}


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """For the site's staff; for everybody where DEBUG is on. No row is read for it.

    `line` and `foot` say in which state the parts are shown that a page has once.
    """
    mine: Any = request.user
    if not settings.DEBUG:
        if not mine.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not mine.is_in_charge:
            raise Http404("Not for everybody.")
    line = request.GET.get("line")
    foot = request.GET.get("foot")
    return render(request, "design.html", _context(request, line or "", foot or ""))


def _context(request: HttpRequest, line: str, foot: str) -> dict[str, Any]:
    foot = foot if foot in FEET else "writing"
    me = User(pk=1, username="ada", display_name="Ada L.")
    for choice in ("theme", "density"):
        setattr(me, choice, getattr(request.user, choice, ""))
    chosen = {"room": {}, "member": {}, "text": ""} | FEET[foot]
    room = _like(ROOM, **chosen.pop("room"))
    member = Membership(room=room, user=me, **chosen.pop("member"))
    member.waiting = Queue(0, "")
    return {
        "user": me,
        "sidebar": _sidebar(),
        "lines": LINES,
        "state": line if line in LINES else "live",
        "feet": FEET,
        "foot": foot,
        "room": room,
        "member": member,
        "nonce": "made-up",
        "unfocused": True,
        **chosen,
        "texts": colours.texts(),
        "edges": colours.ratios(colours.EDGES),
        "form": _form(me),
        "shown": _rows(),
        "sheet": _sheet(request, member),
        "messages": [Notice(level, text) for level, text in NOTICES],
        "entries": _entries(),
        "calendar": _calendar(),
        "sizes": range(1, 8),
        "icons": ICONS,
    }


NOTICES = ((20, "Ada L. joined."), (25, "Saved."), (30, "@cy cannot read it."), (40, "Too fast."))


def _like(room: Room, **changed: Any) -> Room:
    kept = {field.attname: getattr(room, field.attname) for field in Room._meta.concrete_fields}
    return Room(**(kept | changed))


def _form(me: User) -> ProfileForm:
    """The profile's own, with what it refuses; asked about nobody, as the name is no name."""
    wrong = QueryDict("display_name=%E2%A0%80&time_zone=Nowhere/Else&language=de&theme=dark")
    return ProfileForm(wrong, instance=me)


def _sidebar() -> Sidebar:
    """Rooms and conversations in every state of theirs."""
    kinds = (
        ("kitchen-garden", Kind.PUBLIC, Label(0, 0, False), None),
        ("announcements", Kind.PUBLIC, Label(7, 0, False), None),
        ("watering", Kind.PUBLIC, Label(3, 2, False), None),
        ("muted", Kind.PUBLIC, Label(100, 0, True), None),
        ("board", Kind.PRIVATE, Label(0, 0, False), None),
        ("harvest of 2025, which has a rather long name", Kind.PUBLIC, Label(0, 0, False), NOON),
    )
    found: list[tuple[Room, User | None, Label]] = [
        (Room(pk=pk, slug=f"r{pk}", name=name, kind=kind, archived_at=archived), None, label)
        for pk, (name, kind, label, archived) in enumerate(kinds, 1)
    ]
    for person, label in ((BO, Label(1, 0, False)), (CY, Label(0, 0, False))):
        room = Room(pk=10 + person.pk, slug=person.username, kind=Kind.DIRECT)
        found.append((room, person, label))
    entries = [entry(Membership(room=r, user=ADA, other=o), label, 1) for r, o, label in found]
    return Sidebar(listed(entries, outside=0, told=1), "", {}, 0, "4")


def _rows() -> SafeString:
    """A conversation with every kind of row; Ada reads it."""
    said = Original(1, "The key is back on its nail.", None, 2, "bo", "Bo")
    gone = Original(3, "", NOON, 2, "bo", "Bo")
    hand = [File("1" * 32, "bed 5.jpg", "image/jpeg", 90_000, 900, 600)]
    paper = [File("2" * 32, "The rota for next spring.pdf", "application/pdf", 52_000)]
    code = (
        '```python\nfor line in open("bed5.log"):  # a minute each\n    warn(float(line) < 2)\n```'
    )
    texts: tuple[tuple[User | None, str, dict[str, Any]], ...] = (
        (BO, "The first of a run, with *slant*, **weight**, ~~what is gone~~ and `code`", {}),
        (BO, "The second follows.", {}),
        (BO, "", {"removed_at": NOON, "removed_by": 2}),
        (BO, "", {"removed_at": NOON, "removed_by": 3}),
        (ADA, "My own, and changed", {"edited_at": NOON}),
        (BO, "This speaks to @ada, and leads to https://example.org/a/page", {}),
        (CY, "من اليمين إلى اليسار، with English in it: `grate 2`", {}),
        (CY, "- one\n- two\n\n1. first\n2. second", {}),
        (BO, "> a quote\n\nand the answer", {}),
        (BO, code, {}),
        (ADA, "| bed | °C |\n|---|---|\n| 5 | 1.5 |", {}),
        (ADA, "Pneumono" + "ultramicroscopicsilicovolcanoconiosis" * 4, {}),
        (BO, "", {"files": hand}),
        (BO, "A file", {"files": paper}),
        (ADA, "A reply to what stands", {"original": said, "reactions": "👍 ada bo\n🌱 cy"}),
        (BO, "A reply to what was removed", {"original": gone, "reactions": "🎉 bo"}),
        (None, "From somebody who is gone", {}),
    )
    lines = []
    for seq, (author, text, more) in enumerate(texts, 1):
        before = texts[seq - 2][0] if seq > 1 else None
        lines.append(_line(seq, author, text, opens_run=author != before or seq == 1, **more))
    return rows(lines, ROOM.slug)


def _line(seq: int, author: User | None, text: str, **more: Any) -> Line:
    values: dict[str, Any] = dict.fromkeys(Line._fields)
    values |= {"seq": seq, "version": seq, "posted_version": seq, "html": markup(text, NAMES)}
    values |= {"created_at": NOON + timedelta(minutes=seq), "opens_day": seq == 1}
    if author:
        values |= {"author": author.pk, "username": author.username}
        values["display_name"] = author.display_name
    return Line(**(values | more))


def _sheet(request: HttpRequest, member: Membership) -> SafeString:
    """What can be done with a message, by its author; it does not take the focus here."""
    message = Message(pk=1, room=ROOM, seq=1, author=ADA, text="A word that can be changed")
    may = dict.fromkeys(("may_react", "may_reply", "may_change", "may_remove"), True)
    context = {"message": message, "text": message.text, "quick": QUICK, "over": True, "user": ADA}
    context |= {"room": ROOM, "member": member}
    html = render_to_string("rooms/menu.html#sheet", may | context, request)
    return mark_safe(html.replace(" autofocus", ""))  # noqa: S308


def _entries() -> list[AuditEntry]:
    verbs = (("muted", "Calm down, please"), ("removed message", "No advertising here"))
    return [
        AuditEntry(pk=pk, at=NOON, area="site", actor=ADA, target=BO, verb=verb, reason=why)
        for pk, (verb, why) in enumerate(verbs, 1)
    ]


def _calendar() -> Calendar:
    first = date(2026, 5, 1)
    cells: list[Cell | None] = [None] * first.weekday()
    for number in range(31):
        busy = number % 5
        cells.append(Cell(first + timedelta(days=number), busy * 30, busy))
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Calendar([Month(first, 1_860, weeks)], date(2026, 4, 1), date(2026, 6, 1))
