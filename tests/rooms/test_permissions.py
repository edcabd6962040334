"""Who may what: the table of ARCHITECTURE.md, asked of every address as everybody."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import URLPattern

from rooms import access, actions
from rooms.errors import Barred, Refused
from rooms.models import Membership
from rooms.realtime import commands
from rooms.urls import urlpatterns
from tests.conftest import signed_in
from tests.rooms.permissions.table import (
    CASES,
    ON_CASES,
    ON_HELD,
    ON_MESSAGES,
    ON_PEOPLE,
    RULES,
    expected,
    is_shut,
    role_of,
)
from tests.rooms.permissions.world import World, build, build_talk

OF_NO_ROOM = {"list", "new"}
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


def outcome(answer: HttpResponse) -> str:
    if answer.status_code == 302 and "/accounts/" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code < 400:
        return "done"
    return {404: "hidden", 401: "sign in"}.get(answer.status_code, "refused")


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
