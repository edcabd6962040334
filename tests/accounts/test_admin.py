"""People in Django's admin."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import audit, invitations, sanctions
from accounts.admin.base import BoundedPaginator
from accounts.models import AuditEntry, Invitation, Suspension, User
from rooms import actions
from rooms.models import Message, Room
from tests.conftest import signed_in


@pytest.fixture
def as_admin(db: None) -> Client:
    return signed_in(User.objects.create_superuser("root-of-all", "r@example.org", "a password"))


def fields(**changes: str) -> dict[str, str]:
    return {"display_name": "", "email": "b@example.org", "time_zone": "UTC"} | changes


def test_the_admin_asks_to_sign_in_on_our_own_page(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.headers["Location"].startswith("/accounts/login/")


def test_an_ordinary_person_is_refused(as_bob: Client) -> None:
    assert as_bob.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize("word", ["bob", "bob@example", "Brown"])
def test_people_are_found_by_names_and_address(as_admin: Client, bob: User, word: str) -> None:
    page = as_admin.get("/admin/accounts/user/", {"q": word}).content.decode()
    assert "bob@example.org" in page
    assert "r@example.org" not in page


def test_each_page_bears_the_sites_icon(as_admin: Client) -> None:
    for page in ("/admin/", "/admin/accounts/user/"):
        assert '<link rel="icon"' in as_admin.get(page).text


def test_a_person_is_added_with_the_key_that_keeps_names_apart(as_admin: Client) -> None:
    password = {"password1": "a long enough password", "password2": "a long enough password"}
    added = {"username": "Carol", "usable_password": "true", **password}
    assert as_admin.post("/admin/accounts/user/add/", added).status_code == 302
    again = {**added, "username": "carol"}
    response = as_admin.post("/admin/accounts/user/add/", again)
    assert response.context["adminform"].form.errors.keys() == {"username"}
    assert User.objects.get(username_key__iexact="carol").username == "Carol"


def test_a_person_is_renamed(as_admin: Client, bob: User, alice: User) -> None:
    address = f"/admin/accounts/user/{bob.pk}/change/"
    assert as_admin.post(address, fields(username="alice")).status_code == 200
    assert as_admin.post(address, fields(username="Bob", is_active="on")).status_code == 302
    assert as_admin.post(address, fields(username="robert", is_active="on")).status_code == 302
    bob.refresh_from_db()
    assert (bob.username, bob.username_key) == ("robert", "robert")


LISTS = [
    "accounts/user/",
    "accounts/user/?q=p1",
    "accounts/auditentry/",
    "accounts/auditentry/?q=@bob",
    "accounts/auditentry/?verb=suspended&where=site&lately=7",
    "accounts/invitation/",
    "accounts/invitation/?q=@ada&state=open",
    "accounts/suspension/",
    "accounts/suspension/?q=@p10&state=stands&lately=7",
    "rooms/room/",
    "rooms/message/",
    "rooms/message/?q=lobby",
    "rooms/message/?q=@bob",
    "rooms/message/?q=lobby/1",
    "rooms/message/?q=@bob&removed=no&files=yes&lately=7",
]


def fill(lobby: Room, ada: User, bob: User, size: int) -> None:
    have = Room.objects.count()
    for number in range(have, have + size):
        each = User.objects.create_user(f"p1{number}")
        actions.messages.post(room=lobby, author=bob, text=f"message {number}")
        actions.rooms.create(owner=ada, name=f"room {'x' * number}")
        sanctions.suspend(by=ada, person=each, until=None)
        invitations.make(by=ada, days="7", uses="1")


def ask(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/admin/{address}")
    assert answer.status_code == 200, address
    return len(captured)


@pytest.mark.parametrize("who", ["ada", "grace"])
def test_no_list_takes_more_queries_for_more_rows(
    ada: User, grace: User, bob: User, lobby: Room, who: str
) -> None:
    client = signed_in(User.objects.get(username=who))
    fill(lobby, ada, bob, 2)
    before = {address: ask(client, address) for address in LISTS}
    fill(lobby, ada, bob, 9)
    assert {address: ask(client, address) for address in LISTS} == before
    assert max(before.values()) <= 9


def test_the_page_of_one_row_takes_few_queries(ada: User, bob: User, lobby: Room) -> None:
    fill(lobby, ada, bob, 2)
    client = signed_in(ada)
    for address, rows in (
        ("accounts/user", User.objects.filter(pk=bob.pk)),
        ("accounts/auditentry", AuditEntry.objects.all()),
        ("accounts/invitation", Invitation.objects.all()),
        ("accounts/suspension", Suspension.objects.all()),
        ("rooms/room", Room.objects.all()),
        ("rooms/message", Message.objects.all()),
    ):
        row = rows.first()
        assert row is not None
        assert ask(client, f"{address}/{row.pk}/change/") <= 12, address


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", "one two three"),
        ("verb=muted", "two"),
        ("verb=nonsense", "one two three"),
        ("where=site", "one three"),
        ("where=rooms", "two"),
        ("where=rooms&verb=suspended", ""),
        ("q=@bob", "one two"),
        ("q=@bob&verb=suspended", "one"),
        ("q=@grace", "two three"),
        ("q=@nobody", ""),
        ("q=room:7", "two"),
        ("q=site&verb=muted", ""),
        ("lately=1", "one two three"),
    ],
)
def test_the_log_is_filtered(
    as_ada: Client, ada: User, bob: User, grace: User, asked: str, found: str
) -> None:
    audit.record(by=ada, verb="suspended", target=bob, reason="because-one")
    audit.record(by=grace, verb="muted", target=bob, area="room:7", reason="because-two")
    audit.record(by=ada, verb="lifted suspension", target=grace, reason="because-three")
    page = as_ada.get(f"/admin/accounts/auditentry/?{asked}").text
    assert set(re.findall(r"because-(\w+)", page)) == set(found.split())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=stands", "bob mallory"),
        ("state=over", "grace"),
        ("state=lifted", "sam"),
        ("q=@bob", "bob"),
        ("q=bob&state=over", ""),
        ("lately=1", "bob mallory sam"),
    ],
)
def test_suspensions_are_filtered(
    as_ada: Client, bob: User, mallory: User, grace: User, sam: User, asked: str, found: str
) -> None:
    now = timezone.now()
    for person_, days, at in ((bob, None, 0), (mallory, 3, 0), (grace, -1, 4), (sam, 3, 0)):
        Suspension.objects.create(
            person=person_,
            at=now - timedelta(days=at),
            until=now + timedelta(days=days) if days else None,
            lifted_at=now if person_ == sam else None,
            reason=f"because-{person_.username}",
        )
    page = as_ada.get(f"/admin/accounts/suspension/?{asked}").text
    assert sorted(set(re.findall(r"because-(\w+)", page))) == found.split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", "a"),
        ("state=used", "b"),
        ("state=over", "c"),
        ("state=withdrawn", "d e"),
        ("q=@ada", "a b c d e"),
        ("q=@bob", ""),
        ("q=@ada&state=used", "b"),
    ],
)
def test_invitations_are_filtered(
    as_ada: Client, ada: User, bob: User, asked: str, found: str
) -> None:
    now = timezone.now()
    for note, days, used, withdrawn in (
        ("a", 1, 0, None), ("b", 1, 1, None), ("c", -1, 1, None), ("d", 1, 0, now),
        ("e", -1, 0, now),
    ):  # fmt: skip
        Invitation.objects.create(
            made_by=ada, expires_at=now + timedelta(days=days), used=used, revoked_at=withdrawn,
            note=f"note-{note}",
        )  # fmt: skip
    page = as_ada.get(f"/admin/accounts/invitation/?{asked}").text
    assert sorted(set(re.findall(r"note-(\w)", page))) == found.split()


@pytest.mark.parametrize(
    "address",
    [
        "rooms/message/",
        "rooms/membership/",
        "rooms/sanction/",
        "accounts/auditentry/",
        "accounts/suspension/",
        "accounts/invitation/",
    ],
)
def test_a_list_that_grows_for_ever_is_sorted_by_its_key_alone(
    ada: User, bob: User, lobby: Room, address: str
) -> None:
    fill(lobby, ada, bob, 3)
    client = signed_in(ada)
    for order in ("1", "2.-4", "x"):
        found = client.get(f"/admin/{address}", {"o": order}).context["cl"].result_list
        keys = [row.pk for row in found]
        assert keys == sorted(keys, reverse=True)


def test_what_never_ends_has_no_day(as_ada: Client, ada: User, bob: User) -> None:
    out = sanctions.suspend(by=ada, person=bob, until=None)
    for address in (
        "user/",
        f"user/{bob.pk}/change/",
        "suspension/",
        f"suspension/{out.pk}/change/",
    ):
        page = as_ada.get(f"/admin/accounts/{address}").text
        assert "for ever" in page, address
        assert "9000" not in page, address


def test_a_list_counts_no_further_than_a_thousand(db: None) -> None:
    User.objects.bulk_create(
        User(username=f"u{n}", username_key=f"u{n}", password="!") for n in range(1010)
    )
    assert BoundedPaginator(User.objects.order_by("pk"), 50).count == 1000


@pytest.mark.parametrize("query", ["lobby", "lobby/1", "/rooms/lobby/messages/1/", "@bob"])
def test_messages_are_found_by_place_and_by_author(
    ada: User, bob: User, lobby: Room, den: Room, query: str
) -> None:
    actions.messages.post(room=lobby, author=bob, text="the one that is sought")
    page = signed_in(ada).get("/admin/rooms/message/", {"q": query}).content.decode()
    assert "the one that is sought" in page


@pytest.mark.parametrize("query", ["nowhere", "lobby/2", "@nobody", "lobby/x", "lobby/" + "9" * 30])
def test_what_is_not_there_is_not_found(ada: User, bob: User, lobby: Room, query: str) -> None:
    actions.messages.post(room=lobby, author=bob, text="not sought")
    page = signed_in(ada).get("/admin/rooms/message/", {"q": query}).content.decode()
    assert "not sought" not in page


def act(client: Client, model: str, action: str, *rows: Model, **fields: str) -> str:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    answer = client.post(f"/admin/{model}/", chosen, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_people_are_suspended_in_bulk_by_the_same_action(
    as_ada: Client, bob: User, mallory: User, as_bob: Client
) -> None:
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    page = act(as_ada, "accounts/user", "suspend", bob, mallory, until=day, reason="spam")
    assert "Done: 2." in page
    assert as_bob.get("/rooms/").status_code == 302
    entries = AuditEntry.objects.filter(verb="suspended", reason="spam")
    assert {entry.target_id for entry in entries} == {bob.pk, mallory.pk}


def test_what_is_refused_is_told_and_the_rest_is_done(as_ada: Client, ada: User, bob: User) -> None:
    page = act(as_ada, "accounts/user", "ban", ada, bob)
    assert "Done: 1." in page
    assert "You cannot do this to yourself." in page
    ada.refresh_from_db()
    assert ada.is_welcome


@pytest.mark.parametrize("day", ["", "soon", "9999-12-31", "2020-01-01"])
def test_a_day_that_cannot_be_suspends_nobody(as_ada: Client, bob: User, day: str) -> None:
    assert "Please choose" in act(as_ada, "accounts/user", "suspend", bob, until=day)
    assert not Suspension.objects.exists()


def test_people_are_let_in_and_signed_out_and_links_withdrawn(
    as_ada: Client, ada: User, bob: User, mallory: User, as_mallory: Client
) -> None:
    made = sanctions.suspend(by=ada, person=bob, until=None)
    act(as_ada, "accounts/suspension", "lift", made, reason="Said sorry")
    bob.refresh_from_db()
    assert bob.is_welcome
    act(as_ada, "accounts/user", "sign_out", mallory)
    assert as_mallory.get("/rooms/").status_code == 302
    link = invitations.make(by=ada, days="7", uses="1")
    act(as_ada, "accounts/invitation", "withdraw", link)
    link.refresh_from_db()
    assert link.problem


@pytest.mark.parametrize(
    "model",
    ["accounts/user", "accounts/auditentry", "accounts/suspension", "rooms/room", "rooms/message"],
)
def test_nothing_is_deleted_in_the_admin(
    as_ada: Client, ada: User, bob: User, lobby: Room, model: str
) -> None:
    fill(lobby, ada, bob, 1)
    row = apps.get_model(model.replace("/", ".")).objects.order_by("-pk").first()
    assert row is not None
    assert as_ada.post(f"/admin/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    act(as_ada, model, "delete_selected", row, post="yes")
    assert type(row).objects.filter(pk=row.pk).exists()


def test_staff_neither_make_staff_nor_take_accounts_over(as_grace: Client, bob: User) -> None:
    address = f"/admin/accounts/user/{bob.pk}/change/"
    wanted = fields(username="bob", is_staff="on", is_superuser="on", email="mine@example.org")
    assert as_grace.post(address, wanted).status_code == 302
    bob.refresh_from_db()
    assert (bob.is_staff, bob.is_superuser, bob.email) == (False, False, "bob@example.org")
    password = {"password1": "a new long password", "password2": "a new long password"}
    assert as_grace.post(f"/admin/accounts/user/{bob.pk}/password/", password).status_code == 403
    assert as_grace.post("/admin/accounts/user/add/", {}).status_code == 403


def test_staff_change_nobody_above_them(as_grace: Client, ada: User) -> None:
    answer = as_grace.post(f"/admin/accounts/user/{ada.pk}/change/", fields(username="eda"))
    assert answer.status_code == 403


def test_an_administrator_makes_staff_and_the_log_says_so(
    as_ada: Client, ada: User, bob: User
) -> None:
    address = f"/admin/accounts/user/{bob.pk}/change/"
    as_ada.post(address, fields(username="bob", is_staff="on"))
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target) == ("changed person", bob)
    assert (entry.before["is_staff"], entry.after["is_staff"]) == (False, True)


def test_the_last_administrator_stays_one(as_ada: Client, ada: User) -> None:
    address = f"/admin/accounts/user/{ada.pk}/change/"
    as_ada.post(address, fields(username="ada", email="ada@example.org"))
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, ada.is_active) == (True, True, True)


def test_an_entry_of_the_log_shows_all_that_it_holds(
    as_admin: Client, ada: User, bob: User
) -> None:
    entry = audit.record(by=ada, verb="renamed", target=bob, before={"name": "x-1"}, reason="x-2")
    page = as_admin.get(f"/admin/accounts/auditentry/{entry.pk}/change/").content.decode()
    for shown in ("renamed", "x-1", "x-2", "Bob Brown", "Ada Ash"):
        assert shown in page
