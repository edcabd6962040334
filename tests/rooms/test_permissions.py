"""Who may what: the table of ARCHITECTURE.md, asked of every address as everybody."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.models import Invitation, User
from rooms import access, actions
from rooms.errors import Barred, Refused
from rooms.models import Attachment, Case, Held, Kind, Membership, Message, Reaction, Room, Why
from rooms.realtime import commands
from rooms.urls import urlpatterns
from tests.conftest import person, signed_in

ARCHITECTURE = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"
OF_NO_ROOM = {"list", "new"}
RANK = {"reader": 0, "member": 1, "muted": 1, "moderator": 2, "owner": 3, "staff": 4}
# Each viewer, and as what the table knows them in a public room.
VIEWERS = {
    "anonymous": "nobody",
    "inactive": "nobody",
    "stranger": "reader",
    "ex-member": "reader",
    "moderator elsewhere": "reader",
    "banned": "banned",
    "muted": "muted",
    "member": "member",
    "moderator": "moderator",
    "owner": "owner",
    "staff": "staff",
}
ROOMS = ("public", "private", "archived", "deleted")
# The same in a conversation of two, which has no ranks: whom one blocks, or who blocks one, is as
# the muted. A stranger to it gets its 404, staff included.
TALKERS = {
    "anonymous": "nobody",
    "inactive": "nobody",
    "stranger": "reader",
    "staff": "staff",
    "blocked": "muted",
    "blocking": "muted",
    "member": "member",
    "staff in it": "member",
}
# Of a room that was deleted nothing says any more what anybody was in it.
GONE = ("anonymous", "inactive", "stranger", "moderator elsewhere", "staff")
CASES = [(kind, viewer) for kind in ROOMS for viewer in (GONE if kind == "deleted" else VIEWERS)]
CASES += [("direct", viewer) for viewer in TALKERS]
ON_MESSAGES = {
    "edit", "remove", "restore", "message", "message-day", "seen", "save", "discard", "report",
    "reply", "take-reaction",
}  # fmt: skip
ON_CASES = {"case", "claim", "release", "decide"}
ON_PEOPLE = {
    "person", "mute", "unmute", "ban", "unban", "kick", "remove-member", "role", "sweep",
    "bring-back",
}  # fmt: skip
ON_HELD = {"approve", "reject", "take-back"}
FORMS: dict[str, dict[str, Any]] = {
    "post": {"message": "hello"},
    "edit": {"message": "said otherwise"},
    "report": {"kind": "spam"},
    "decide": {"verdict": "dismiss"},
    "sweep": {"since": "ever"},
    "bring-back": {"seq": [str(seq) for seq in range(1, 7)]},
    "members": {"username": "newcomer"},
    "invitations": {"days": "1", "uses": "1"},
    "settings": {"topic": "Another topic"},
    "words": {"blocked": "spam"},
    "read": {"seq": "1"},
    "unread": {"seq": "1"},
    "attention": {"attention": "mentions"},
    "react": {"react": "1 👍"},
    "names": {"message": "@bo"},
    "attach": {"message": "a picture"},
}
FILES = {"file", "preview"}


@dataclass(frozen=True)
class Rule:
    """A row of the table: for each of its columns, on whom."""

    cells: dict[str, str]
    archived: str

    @property
    def says_on_whom(self) -> bool:
        return bool(
            {"own", "others", "lower"}.intersection(", ".join(self.cells.values()).split(", "))
        )

    def allows(self, role: str, whose: str, target: int, archived: bool) -> bool:
        cell = self.cells[role]
        if archived:
            cell = self._archived(role, cell)
        if cell in ("yes", "no"):
            return cell == "yes"
        lower = "lower" in cell and whose != "own" and RANK[role] > target
        if "others" in cell and whose != "own":
            return True
        return lower or ("own" in cell and whose == "own")

    def _archived(self, role: str, cell: str) -> str:
        if self.archived == "same":
            return cell
        if self.archived == "nobody":
            return "no"
        if self.archived == "lower":
            return "lower" if "lower" in cell else "no"
        who, outcome = self.archived.split(": ")
        return outcome if role in who.split(", ") else cell


def rules() -> dict[tuple[str, str], Rule]:
    """(method, name of the address) → what the table says of it."""
    section = ARCHITECTURE.read_text().split("## Who may what\n")[1].split("\n## ")[0]
    head, _, *rows = re.findall(r"^\|(.*)\|$", section, re.MULTILINE)
    columns = [cell.strip() for cell in head.split("|")]
    found = {}
    for row in rows:
        cells = dict(zip(columns, (cell.strip() for cell in row.split("|")), strict=True))
        rule = Rule({role: cells[role] for role in RANK}, cells["archived"])
        for part in cells["addresses"].split("; "):
            method, names = part.split(" ", 1)
            for name in names.split(", "):
                found[method, name] = rule
    return found


RULES = rules()


@dataclass
class World:
    """A room of one kind, everybody in place, a message of each and one removed of each."""

    room: Room
    viewer: User | None
    people: dict[str, User]
    seqs: dict[tuple[str, bool], int]
    cases: dict[str, int]
    invitation: Invitation
    held: dict[str, Held]
    file: Attachment

    def address(self, name: str, whose: str) -> str:
        given: dict[str, object] = {"slug": self.room.slug}
        if name in ON_MESSAGES:
            given["seq"] = self.seqs[whose, name == "restore"]
        if name in ON_PEOPLE:
            given["username"] = self.people[whose].username
        if name in ON_HELD:
            given["pk"] = self.held[whose].pk
        if name in ON_CASES:
            given["pk"] = self.cases[whose]
        if name == "day":
            given["day"] = "2026-11-24"
        if name in FILES:
            given["key"] = self.file.key
        if name == "revoke-invitation":
            given["pk"] = self.invitation.pk
        address = reverse(f"rooms:{name}", kwargs=given)
        return f"{address}?seq={self.seqs[whose, False]}" if name == "menu" else address


def build(kind: str, viewer: str) -> World:
    """`viewer` among a member's, an equal or higher person's and their own messages."""
    alice, bob, cleo = person("alice", "Alice"), person("bob", "Bob"), person("cleo", "Cleo")
    person("newcomer", "Newcomer")
    me = person("viewer", "Viewer")
    given = Kind.PRIVATE if kind == "private" else Kind.PUBLIC
    room = actions.rooms.create(owner=alice, name="hall", kind=given)
    for each, role in ((bob, "member"), (cleo, "owner"), (me, "member")):
        if each is not me or viewer not in ("stranger", "moderator elsewhere", "staff"):
            Membership.objects.create(room=room, user=each, role=role)
    seqs = _say(room, {"own": me, "another's": bob, "higher's": cleo}, remover=alice)
    invitation = Invitation.objects.create(**_invitation(room, alice))
    people = {"own": me, "another's": bob, "higher's": cleo}
    held = {
        whose: Held.objects.create(room=room, author=author, text="said", why=Why.WORD)
        for whose, author in people.items()
    }
    file = _attach(room, seqs["another's", False])
    cases = {whose: Case.objects.create(room=room, person=p).pk for whose, p in people.items()}
    if kind == "archived":
        actions.rooms.change(by=access.membership(alice, room.slug), archived=True)
    _become(viewer, me, room, alice)
    me.refresh_from_db()
    if kind == "deleted":
        gone = Room(name="hall", slug="hall")
        Room.objects.filter(pk=room.pk).delete()
        room = gone
    return World(
        room, None if viewer == "anonymous" else me, people, seqs, cases, invitation, held, file
    )


def build_talk(viewer: str) -> World:
    """A conversation of the viewer, or of Alice, with Bob."""
    alice, bob, me = person("alice", "Alice"), person("bob", "Bob"), person("viewer", "Viewer")
    person("newcomer", "Newcomer")
    lobby = actions.rooms.create(owner=alice, name="hall")
    for each in (bob, me):
        Membership.objects.create(room=lobby, user=each, role="member")
    mine = alice if viewer in ("stranger", "staff") else me
    room = actions.conversations.begin(by=mine, person=bob)
    people = {"own": mine, "another's": bob}
    seqs = _say(room, people, remover=alice)
    held = {
        whose: Held.objects.create(room=room, author=author, text="said", why=Why.WORD)
        for whose, author in people.items()
    }
    cases = {whose: Case.objects.create(room=room, person=p).pk for whose, p in people.items()}
    if viewer in ("blocked", "blocking"):
        by, person_ = (bob, me) if viewer == "blocked" else (me, bob)
        actions.conversations.block(by=by, person=person_)
    if viewer in ("staff", "staff in it"):
        _become("staff", me, lobby, alice)
    elif viewer == "inactive":
        _become("inactive", me, lobby, alice)
    me.refresh_from_db()
    file = _attach(room, seqs["another's", False])
    link = Invitation.objects.create(**_invitation(lobby, alice) | {"room_key": str(room.pk)})
    return World(room, None if viewer == "anonymous" else me, people, seqs, cases, link, held, file)


def _attach(room: Room, seq: int) -> Attachment:
    """A picture of one of these messages."""
    message = Message.objects.get(room=room, seq=seq)
    file = Attachment.objects.create(message=message, name="x.png", type="image/png", size=4)
    for path in (file.path, file.preview_path):
        default_storage.save(path, ContentFile(b"kept"))
    return file


def _say(room: Room, people: dict[str, User], remover: User) -> dict[tuple[str, bool], int]:
    """A standing and a removed message of each of these; nobody's lock is in the way."""
    seqs = {}
    for whose, author in people.items():
        for removed in (False, True):
            numbers = Room.advance_by_message(room.pk, author=author, at=room.created_at)
            message = Message.objects.create(
                room=room,
                author=author,
                seq=numbers.last_seq,
                version=numbers.version,
                posted_version=numbers.version,
                text="said",
                html="<p>said</p>",
                created_at=room.created_at,
                removed_at=room.created_at if removed else None,
                removed_by=remover if removed else None,
                reactions=None if removed else f"👍 {author.username}",
            )
            if not removed:
                Reaction.objects.create(message=message, user=author, emoji="👍")
            seqs[whose, removed] = message.seq
    return seqs


def _invitation(room: Room, by: User) -> dict[str, object]:
    member = access.membership(by, room.slug)
    made = actions.invitations.make(by=member, days="1", uses="1")
    fields = {f.name: getattr(made, f.name) for f in Invitation._meta.concrete_fields}
    made.delete()
    return fields


def _become(viewer: str, me: User, room: Room, owner: User) -> None:
    by, mine = access.membership(owner, room.slug), Membership.objects.filter(room=room, user=me)
    if viewer in ("moderator", "owner"):
        mine.update(role=viewer)
    elif viewer == "ex-member":
        mine.delete()
    elif viewer in ("muted", "banned"):
        verb = actions.sanctions.mute if viewer == "muted" else actions.sanctions.ban
        verb(by=by, member=access.fellow(by, me.username))
    elif viewer == "staff":
        User.objects.filter(pk=me.pk).update(is_staff=True)
    elif viewer == "inactive":
        User.objects.filter(pk=me.pk).update(is_active=False)
    elif viewer == "moderator elsewhere":
        other = actions.rooms.create(owner=owner, name="elsewhere")
        Membership.objects.create(room=other, user=me, role="moderator")


def outcome(answer: HttpResponse) -> str:
    if answer.status_code == 302 and "/accounts/" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code < 400:
        return "done"
    return {404: "hidden", 401: "sign in"}.get(answer.status_code, "refused")


def role_of(kind: str, viewer: str) -> str:
    return TALKERS[viewer] if kind == "direct" else VIEWERS[viewer]


def is_shut(kind: str, role: str) -> bool:
    """Whether all of the room is closed to somebody, whatever they ask of it."""
    secret = kind in ("private", "direct") and role in ("reader", "staff")
    return role in ("nobody", "banned") or kind == "deleted" or secret


def expected(rule: Rule, kind: str, viewer: str, whose: str, name: str = "") -> set[str]:
    """What may come of it. Of somebody who is not there, a refusal may be a 404 as well; of what
    somebody may not know of, it is one."""
    role = role_of(kind, viewer)
    if role == "nobody":
        return {"sign in"}
    if is_shut(kind, role):
        return {"refused" if role == "banned" and kind in ("public", "archived") else "hidden"}
    target = {"own": RANK[role], "another's": 1, "higher's": 3}[whose]
    if rule.allows(role, whose, target, kind == "archived"):
        return {"done"}
    if name in ON_CASES and rule.cells[role] != "no":
        return {"hidden"}
    return {"refused", "hidden"} if role in ("reader", "staff") else {"refused"}


def cells(world: World, kind: str, viewer: str) -> Iterator[tuple[str, str, str]]:
    """What is asked: of everybody, but where the whole room is closed, or a row does not say on
    whom, of one."""
    shut = is_shut(kind, role_of(kind, viewer))
    for (method, name), rule in RULES.items():
        if name not in ON_MESSAGES | ON_PEOPLE | ON_HELD | ON_CASES:
            yield method, name, "own"
        elif shut or not rule.says_on_whom:
            yield method, name, "another's"
        else:
            for whose in world.people:
                yield method, name, whose


def ask(client: Client, world: World, method: str, name: str, whose: str) -> str:
    """One question, of which nothing remains."""
    form: dict[str, Any] = FORMS.get(name, {})
    if name == "role":
        form = {"role": "member" if whose == "own" else "moderator"}
    if name == "take-reaction":
        form = {"emoji": "👍", "username": world.people[whose].username}
    if name == "attach":
        form = form | {"files": SimpleUploadedFile("x.txt", b"sent")}
    address = world.address(name, whose)
    with transaction.atomic():
        answer = client.post(address, form) if method == "POST" else client.get(address)
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    return outcome(answer)  # type: ignore[arg-type]


def test_every_address_of_a_room_is_in_the_table() -> None:
    named = {p.name for p in urlpatterns if isinstance(p, URLPattern)} - OF_NO_ROOM
    assert {name for _, name in RULES} == named


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "viewer"), CASES)
def test_everybody_gets_what_the_table_says(kind: str, viewer: str, settings: object) -> None:
    settings.THROTTLE_BURST = 10_000  # type: ignore[attr-defined]
    world = build_talk(viewer) if kind == "direct" else build(kind, viewer)
    client = signed_in(world.viewer) if world.viewer else Client()
    wrong = []
    asked = 0
    for method, name, whose in cells(world, kind, viewer):
        asked += 1
        got, wanted = (
            ask(client, world, method, name, whose),
            expected(RULES[method, name], kind, viewer, whose, name),
        )
        if got not in wanted:
            wrong.append(f"{method} {name} on {whose}: {got}, not {' or '.join(sorted(wanted))}")
    assert wrong == []
    assert asked > 55


def _post(world: World, member: Membership) -> None:
    assert world.viewer is not None
    actions.messages.post(room=member.room, author=world.viewer, text="by socket")


def _read(world: World, member: Membership) -> None:
    actions.members.read(member=member, seq=1)


def _draft(world: World, member: Membership) -> None:
    actions.members.keep_draft(member=member, text="not yet")


# What each command of a socket does, and the row of the table that it is.
COMMANDS: dict[type, tuple[str, Callable[[World, Membership], None] | None]] = {
    commands.Post: ("post", _post),
    commands.Read: ("room", _read),
    commands.Draft: ("room", _draft),
    commands.Resume: ("room", None),
    commands.Typing: ("room", None),
    commands.Seen: ("room", None),
}


def test_every_command_of_a_socket_is_known_here() -> None:
    assert set(commands.Command.__args__) == set(COMMANDS)


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "viewer"), [c for c in CASES if role_of(*c) != "nobody"])
def test_a_socket_is_let_in_by_the_same_door_and_does_the_same(kind: str, viewer: str) -> None:
    world = build_talk(viewer) if kind == "direct" else build(kind, viewer)
    assert world.viewer is not None
    for name, act in COMMANDS.values():
        rule = RULES["POST" if name == "post" else "GET", name]
        wanted = expected(rule, kind, viewer, "own")
        try:
            member = access.membership(world.viewer, world.room.slug)
            if act is not None:
                act(world, member)
            got = "done"
        except Http404:
            got = "hidden"
        except (Refused, Barred):
            got = "refused"
        assert got in wanted, name
