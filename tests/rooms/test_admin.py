"""What is reported, done and said in rooms, in Django's admin."""

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import AuditEntry, User
from rooms import access, actions
from rooms.models import Case, Held, Membership, Message, Report, Room, Sanction, Why
from tests.accounts.test_admin import act, ask
from tests.conftest import person

LISTS = [
    "rooms/case/",
    "rooms/case/?q=@bob",
    "rooms/case/?q=lobby",
    "rooms/case/?state=open",
    "rooms/sanction/",
    "rooms/sanction/?q=@bob",
    "rooms/sanction/?q=lobby",
]


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def fill(room: Room, by: User, size: int) -> None:
    start = User.objects.count()
    for number in range(start, start + size):
        each = person(f"p{number}", f"P {number}")
        case = Case.objects.create(room=room, person=each)
        Report.objects.create(case=case, reporter=by, kind="spam", comment="x")
        actions.sanctions.ban(by=mine(by, room), member=mine(each, room))


def test_no_list_and_no_page_takes_more_queries_for_more_rows(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    costs = []
    for size in (1, 2, 9):  # the first time the admin learns what types there are
        fill(lobby, alice, size)
        case, ban = Case.objects.latest("pk"), Sanction.objects.latest("pk")
        pages = [f"rooms/case/{case.pk}/change/", f"rooms/sanction/{ban.pk}/change/"]
        costs.append([ask(as_grace, address) for address in LISTS + pages])
    assert costs[1] == costs[2]
    assert max(costs[1]) <= 9


def test_reports_are_dismissed_and_handed_on_in_bulk(
    lobby: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    said = [actions.messages.post(room=lobby, author=each, text="spam") for each in (alice, bob)]
    by = mine(mallory, lobby)
    on_alice, on_bob = (
        actions.reports.report_message(by=by, message=each, kind="spam").case for each in said
    )
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"/staff/reports/{on_alice.pk}/" in page
    assert f"/rooms/lobby/reports/{on_bob.pk}/" in page
    page = act(as_grace, "rooms/case", "escalate", on_alice, on_bob)
    assert "Done: 1." in page
    assert "Please choose what is to be done." in page
    assert "Done: 2." in act(as_grace, "rooms/case", "dismiss", on_alice, on_bob, reason="Fine")
    assert not Case.objects.open().exists()
    assert AuditEntry.objects.filter(verb="decided report", reason="Fine").count() == 2


def test_what_staff_may_not_read_of_is_not_there(
    den: Room, alice: User, bob: User, grace: User, lobby: Room, as_grace: Client, as_ada: Client
) -> None:
    secret = actions.messages.post(room=den, author=bob, text="a secret of the den")
    hidden = actions.reports.report_message(by=mine(alice, den), message=secret, kind="other").case
    on_staff = actions.reports.report_person(
        by=bob, person=grace, room=None, kind="other", comment="an unfair judge"
    ).case
    page = as_grace.get("/admin/rooms/case/").content.decode()
    assert f"case/{hidden.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" not in page
    assert f"case/{on_staff.pk}/change" in as_ada.get("/admin/rooms/case/").content.decode()
    for case in (hidden, on_staff):
        assert as_grace.get(f"/admin/rooms/case/{case.pk}/change/").status_code == 302
        act(as_grace, "rooms/case", "dismiss", case)
        case.refresh_from_db()
        assert case.is_open


def test_sanctions_are_lifted_and_messages_removed_by_the_same_actions(
    lobby: Room, den: Room, alice: User, bob: User, mallory: User, as_grace: Client
) -> None:
    here, there = (actions.messages.post(room=r, author=bob, text="spam") for r in (lobby, den))
    page = act(as_grace, "rooms/message", "remove", here, there, reason="Spam")
    assert "Done: 1." in page
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.is_removed, here.removal_reason, there.is_removed) == (True, "Spam", False)
    assert "Done: 1." in act(as_grace, "rooms/message", "restore", here, there, reason="A slip")
    here.refresh_from_db()
    assert not here.is_removed
    muted = actions.sanctions.mute(by=mine(alice, lobby), member=mine(bob, lobby))
    banned = actions.sanctions.ban(by=mine(alice, lobby), member=mine(mallory, lobby))
    assert "Done: 2." in act(as_grace, "rooms/sanction", "lift", muted, banned, reason="Sorry")
    assert "It is over" in act(as_grace, "rooms/sanction", "lift", muted)
    assert not mine(bob, lobby).is_muted
    verbs = set(AuditEntry.objects.filter(area=lobby.area).values_list("verb", flat=True))
    assert {"removed message", "lifted mute", "lifted ban"} <= verbs


def test_what_is_said_in_private_rooms_is_not_there_for_anybody(
    lobby: Room, den: Room, alice: User, bob: User, as_grace: Client, as_ada: Client
) -> None:
    """Neither for staff nor for administrators, in no list, search or page of its own."""
    there, here = (
        actions.messages.post(room=r, author=bob, text="my secret") for r in (den, lobby)
    )
    waits = [
        Held.objects.create(room=room, author=bob, text="held secret", why=Why.WORD)
        for room in (den, lobby)
    ]
    for client in (as_grace, as_ada):
        for model, (hidden, shown) in {"message": (there, here), "held": waits}.items():
            for asked in ("", "?q=@bob", "?q=den", f"?pk={hidden.pk}"):
                page = client.get(f"/admin/rooms/{model}/{asked}", follow=True).text
                assert f"/{model}/{hidden.pk}/change/" not in page
            assert f"/{model}/{shown.pk}/change/" in client.get(f"/admin/rooms/{model}/").text
            assert client.get(f"/admin/rooms/{model}/{hidden.pk}/change/").status_code == 302


def test_what_waits_is_let_in_and_rejected_in_bulk(
    lobby: Room, alice: User, bob: User, as_grace: Client
) -> None:
    """By the same actions as in the room: one's own rank counts, and nothing is decided twice."""
    waits = [
        Held.objects.create(room=lobby, author=bob, text=text, why=Why.WORD)
        for text in ("one", "two", "three")
    ]
    assert "Done: 2." in act(as_grace, "rooms/held", "approve", *waits[:2])
    assert [m.text for m in Message.objects.order_by("seq")] == ["one", "two"]
    assert "Done: 1." in act(as_grace, "rooms/held", "reject", *waits, reason="Off topic")
    assert not Held.objects.waiting().exists()
    assert Held.objects.get(decision="rejected").reason == "Off topic"
    assert AuditEntry.objects.filter(verb="rejected message", target=bob.pk).count() == 1


def test_rooms_are_archived_and_brought_back(lobby: Room, den: Room, as_grace: Client) -> None:
    page = act(as_grace, "rooms/room", "archive", lobby, den)
    assert "Done: 1." in page
    lobby.refresh_from_db()
    assert lobby.is_archived
    assert AuditEntry.objects.get(verb="changed room").area == lobby.area
    act(as_grace, "rooms/room", "bring_back", lobby)
    lobby.refresh_from_db()
    assert not lobby.is_archived


@pytest.mark.parametrize("model", ["rooms/case", "rooms/sanction"])
def test_nothing_of_it_is_deleted_here(
    lobby: Room, alice: User, as_ada: Client, model: str
) -> None:
    fill(lobby, alice, 1)
    row: Model | None = (Case if model == "rooms/case" else Sanction).objects.first()
    assert row is not None
    assert as_ada.post(f"/admin/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert as_ada.post(f"/admin/{model}/add/", {}).status_code == 403
    act(as_ada, model, "delete_selected", row, post="yes")
    assert type(row).objects.filter(pk=row.pk).exists()  # type: ignore[attr-defined]
    assert Message.objects.count() == 0
