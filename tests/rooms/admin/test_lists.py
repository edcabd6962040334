"""What all lists of rooms' admin share: few queries, nothing deleted."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from accounts.admin.base import EndlessAdmin
from accounts.models import User
from rooms import actions
from rooms.models import Case, Membership, Message, Report, Room, Sanction
from tests.accounts.test_admin import act, ask
from tests.conftest import person
from tests.rooms.cases import mine

LISTS = [
    "rooms/case/",
    "rooms/case/?q=@bob",
    "rooms/case/?q=lobby",
    "rooms/case/?state=open",
    "rooms/sanction/",
    "rooms/sanction/?q=@bob",
    "rooms/sanction/?q=lobby",
    "rooms/sanction/?q=lobby&state=stands&measure=ban&lately=7",
    "rooms/case/?q=lobby&state=open&what=spam",
    "rooms/membership/",
    "rooms/membership/?q=lobby",
    "rooms/membership/?q=lobby&role=member&muted=yes",
    "rooms/membership/?q=lobby+@bob+and+many+more+words+than+there+is+to+look+for",
    "rooms/wordlist/",
]


def fill(room: Room, by: User, size: int) -> None:
    start = User.objects.count()
    for number in range(start, start + size):
        each = person(f"p{number}", f"P {number}")
        case = Case.objects.create(room=room, person=each)
        Report.objects.create(case=case, reporter=by, kind="spam", comment="x")
        actions.sanctions.ban(by=mine(by, room), member=mine(each, room))
        Membership.objects.create(room=room, user=person(f"m{number}", f"M {number}"))


def test_no_list_and_no_page_takes_more_queries_for_more_rows(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    costs = []
    for size in (1, 2, 9):  # the first time the admin learns what types there are
        fill(lobby, alice, size)
        case, ban = Case.objects.latest("pk"), Sanction.objects.latest("pk")
        member = Membership.objects.latest("pk")
        pages = [
            f"rooms/case/{case.pk}/change/",
            f"rooms/sanction/{ban.pk}/change/",
            f"rooms/membership/{member.pk}/change/",
        ]
        costs.append([ask(as_grace, address) for address in LISTS + pages])
    assert costs[1] == costs[2]
    assert max(costs[1]) <= 9


def test_no_more_is_looked_at_than_so_much(
    lobby: Room, alice: User, bob: User, as_grace: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was searched for the newest, unless an index has what is filtered by as well."""
    monkeypatch.setattr(EndlessAdmin, "looked_at", 2)
    for text in "abc":
        actions.messages.post(room=lobby, author=bob, text=text)
    lobby.messages.filter(seq=1).update(removed_at=timezone.now(), files=[["k", "x", "y", 1]])
    assert ">lobby/1<" not in as_grace.get("/admin/rooms/message/?q=@bob").text
    assert ">lobby/1<" not in as_grace.get("/admin/rooms/message/?q=@bob&files=yes").text
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/?q=@bob&removed=yes").text
    assert ">lobby/1<" in as_grace.get("/admin/rooms/message/?files=yes&removed=yes").text


@pytest.mark.parametrize("model", ["rooms/case", "rooms/sanction", "rooms/membership"])
def test_nothing_of_it_is_deleted_here(
    lobby: Room, alice: User, as_ada: Client, model: str
) -> None:
    fill(lobby, alice, 1)
    row: Model | None = apps.get_model(model.replace("/", ".")).objects.first()
    assert row is not None
    assert as_ada.post(f"/admin/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert as_ada.post(f"/admin/{model}/add/", {}).status_code == 403
    act(as_ada, model, "delete_selected", row, post="yes")
    assert type(row).objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]
    assert Message.objects.count() == 0
