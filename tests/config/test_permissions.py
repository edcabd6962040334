"""Who may what beside the rooms: the site's table of ARCHITECTURE.md, asked of every address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatch
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from accounts.actions import audit
from accounts.adapter import APPEAL
from accounts.models import AuditEntry, Suspension, User
from rooms import access, actions
from rooms.letters import stop_token
from rooms.models import Case, Held, Measure, Membership, Sanction, Why, WordList
from tests.conftest import PASSWORD, person, signed_in

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ARCHITECTURE = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"
# Each viewer, as what the table knows them, and the two that `User` knows them by.
VIEWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "anonymous": ("anonymous", {}),
    "inactive": ("anonymous", {"is_active": False}),
    "suspended": ("anonymous", {"suspended_until": timezone.now() + timedelta(days=1)}),
    "signed in": ("signed in", {}),
    "staff": ("staff", {"is_staff": True}),
    "administrator": ("administrator", {"is_staff": True, "is_superuser": True}),
}
RANK = {"anonymous": 0, "signed in": 1, "staff": 2, "administrator": 3}
TARGETS = ("own", "member", "staff", "administrator")
ROOMS_OWN = re.compile(r"rooms:(?!list$|new$)")  # tests/rooms/test_permissions.py asks these
# Parts of an address that are no key of ours.
OTHERWISE = {"app_label": "rooms", "url": "nowhere", "uidb36": "1", "content_type_id": "1"}
FORMS: dict[str, dict[str, str]] = {
    "rooms:new": {"name": "Another", "kind": "public"},
    "people:suspend": {"until": "2030-01-01"},
    "people:note": {"text": "A note"},
    "people:report": {"kind": "other", "comment": "They did it."},
    "desk:decide": {"verdict": "dismiss"},
    "staff:invitations": {"days": "1", "uses": "1"},
    "site-words": {"blocked": "spam"},
    "appeal": {"text": "It was not me."},
    "appeal-site": {"text": "It was not me."},
    "account_change_password": {
        "oldpassword": PASSWORD,
        "password1": "Xk2!".ljust(16, "q"),
        "password2": "Xk2!".ljust(16, "q"),
    },
    "leave": {"messages": "keep", "password": PASSWORD},
}


@dataclass
class World:
    """Something of each noun, and what is each one's own."""

    people: dict[str, User]
    keys: dict[str, object]  # of an address or of a model, whoever asks
    theirs: dict[tuple[str, str], object]  # of an address, of whom

    def address(self, key: str, route: str, whose: str) -> str:
        given = {"username": self.people[whose].username, "id": self.people[whose].pk}
        model = key.split(":")[-1].rsplit("_", 1)[0]
        one = self.theirs.get((key, whose)) or self.keys.get(key) or self.keys.get(model) or 1

        def part(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            if name is None:  # an end of a pattern
                return ""
            return str(given.get(name) or OTHERWISE.get(name) or one)

        return "/" + re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^/)]*\)|[$^]", part, route)


def build() -> World:
    me = person("viewer", "Viewer")
    bob, sam, ada = person("bob", "Bob"), person("sam", "Sam"), person("ada", "Ada")
    hall = actions.rooms.create(owner=ada, name="hall")
    people = {"own": me, "member": bob, "staff": sam, "administrator": ada}
    later = timezone.now() + timedelta(days=1)
    theirs: dict[tuple[str, str], object] = {}
    for whose, each in people.items():
        Membership.objects.get_or_create(room=hall, user=each)
        muted = Sanction.objects.create(room=hall, person=each, measure=Measure.MUTE, until=later)
        session = UserSession.objects.create(user=each, session_key=each.username, ip="::1")
        theirs |= {
            ("accounts:end-session", whose): session.pk,
            ("appeal", whose): muted.pk,
        }
        case = Case.objects.create(person=each).pk
        theirs |= {(f"desk:{verb}", whose): case for verb in ("case", "claim", "release", "decide")}
    User.objects.filter(pk=sam.pk).update(is_staff=True)
    administrators = [ada.pk, person("zoe", "Zoe").pk]
    User.objects.filter(pk__in=administrators).update(is_staff=True, is_superuser=True)
    out = Suspension.objects.create(person=person("out", "Out"))
    link = actions.invitations.make(by=access.membership(ada, hall.slug), days="1", uses="5")
    audit.record(by=ada, verb="looked", target=bob)
    keys = {
        "feed": actions.members.renew_feed(member=access.membership(bob, hall.slug)),
        "stop-letters": stop_token(bob.pk, "mentions"),
        "invited": link.token,
        "staff:revoke-invitation": link.pk,
        "appeal-site": signing.dumps(out.pk, salt=APPEAL),
        "accounts_auditentry": AuditEntry.objects.order_by("pk")[0].pk,
        "accounts_invitation": link.pk,
        "accounts_suspension": out.pk,
        "accounts_user": bob.pk,
        "rooms_case": theirs["desk:case", "member"],
        "rooms_held": Held.objects.create(room=hall, author=bob, text="said", why=Why.WORD).pk,
        "rooms_membership": Membership.objects.get(room=hall, user=bob).pk,
        "rooms_message": actions.messages.post(room=hall, author=ada, text="said").pk,
        "rooms_room": hall.pk,
        "rooms_sanction": theirs["appeal", "member"],
        "rooms_wordlist": WordList.objects.create(area="site").pk,
    }
    return World(people, keys, theirs)


def addresses(
    patterns: Any = None, spaces: str = "", before: str = ""
) -> Iterator[tuple[str, str]]:
    """(what the table calls it, its route) of each address of the site but a room's own."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(each.pattern)
        if not isinstance(each, URLPattern):
            inner = f"{spaces}{each.namespace}:" if each.namespace else spaces
            yield from addresses(each.url_patterns, inner, route)
            continue
        key = f"{spaces}{each.name}" if each.name else route
        if not ROOMS_OWN.match(key):
            yield key, route


def rules() -> list[tuple[str, str, dict[str, str]]]:
    """(method, name of the address, rank → what the table says), exact names before others."""
    section = ARCHITECTURE.read_text().split("## Who may what beside the rooms\n")[1]
    head, _, *rows = re.findall(r"^\|(.*)\|$", section.split("\n## ")[0], re.MULTILINE)
    columns = [cell.strip() for cell in head.split("|")]
    found = []
    for row in rows:
        cells = dict(zip(columns, (cell.strip() for cell in row.split("|")), strict=True))
        for part in cells["addresses"].split("; "):
            methods, names = part.split(" ", 1)
            for method in methods.split("/"):
                found += [(method, name, cells) for name in names.split(", ")]
    return sorted(found, key=lambda rule: "*" in rule[1])


RULES = rules()


def rule(method: str, key: str) -> dict[str, str] | None:
    """What the table says of it, None for what it does not name."""
    named = (cells for of, name, cells in RULES if of == method and fnmatch(key, name))
    return next(named, None)


def expected(cells: dict[str, str], rank: str, whose: str) -> set[str]:
    cell = cells[rank]
    if cell == "lower":
        lower = whose != "own" and RANK[rank] > RANK["signed in" if whose == "member" else whose]
        return {"yes"} if lower else {"no", "hidden"}
    if cell == "others":
        return {"yes"} if whose != "own" else {"no", "hidden"}
    if cell == "own":
        return {"yes"} if whose == "own" else {"hidden"}
    return {cell}


def ask(client: Client, world: World, method: str, key: str, route: str, whose: str) -> str:
    """One question, of which nothing remains, not even that one has signed out."""
    cookies, address = client.cookies.output(header=""), world.address(key, route, whose)
    with transaction.atomic():
        if key == "people:lift":
            out = timezone.now() + timedelta(days=1)
            User.objects.filter(pk=world.people[whose].pk).exclude(
                pk=world.people["own"].pk
            ).update(suspended_until=out)
        if method == "POST":
            answer = client.post(address, FORMS.get(key, {}))
        else:
            answer = client.get(address)
        if answer.streaming:
            b"".join(answer)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return outcome(answer)


def outcome(answer: Any) -> str:
    if answer.status_code == 302 and "/login/" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code < 400:
        return "yes"
    return {404: "hidden", 405: "not taken"}.get(answer.status_code, "no")


def questions() -> Iterator[tuple[str, str, str, str]]:
    for key, route in addresses():
        for method in ("GET", "POST"):
            cells = rule(method, key)
            aimed = cells and {"lower", "own", "others"} & set(cells.values())
            for whose in TARGETS if aimed else ("own",):
                yield method, key, route, whose


def test_the_table_names_nothing_that_is_not_there() -> None:
    known = {key for key, _ in addresses()}
    assert [name for _, name, _ in RULES if not any(fnmatch(key, name) for key in known)] == []


@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_gets_what_the_table_says(viewer: str, settings: Any) -> None:
    """What the table does not name is not taken: so a new address has to be in it."""
    settings.THROTTLE_BURST = 10_000
    cache.clear()  # allauth's own limits are of people by number, and count on
    rank, being = VIEWERS[viewer]
    world = build()
    client = Client() if viewer == "anonymous" else signed_in(world.people["own"])
    User.objects.filter(username="viewer").update(**being)
    wrong = []
    for method, key, route, whose in questions():
        cells = rule(method, key)
        if cells is None and viewer != "administrator":
            continue
        got = ask(client, world, method, key, route, whose)
        wanted = {"not taken"} if cells is None else expected(cells, rank, whose)
        if got not in wanted:
            wrong.append(f"{method} {key} on {whose}: {got}, not {' or '.join(sorted(wanted))}")
    assert not wrong, "\n".join(wrong)
