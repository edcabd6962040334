"""Reporting, the queues and what people are told, as pages."""

import re

import pytest
from django.test import Client

from accounts.actions import sanctions as site_sanctions
from accounts.models import Notice, User
from rooms import access, actions
from rooms.models import Case, Membership, Message, Report, Room
from tests.conftest import PASSWORD, person
from tests.rooms.views.test_budgets import queries


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def message(lobby: Room, bob: User) -> Message:
    for text in ("one", "two", "buy cheap watches", "four", "five"):
        said = actions.messages.post(room=lobby, author=bob, text=text)
    return Message.objects.get(seq=said.seq - 2)


@pytest.fixture
def case(lobby: Room, message: Message, mallory: User) -> Case:
    by = mine(mallory, lobby)
    made = actions.reports.report_message(by=by, message=message, kind="spam", comment="Ads")
    return made.case


def test_a_report_goes_from_the_menu_to_a_decision_without_script(
    lobby: Room, message: Message, as_mallory: Client, as_carol: Client, as_bob: Client
) -> None:
    address = "/rooms/lobby/messages/3/report/"
    assert address in page(as_mallory, "/rooms/lobby/menu/?seq=3")
    assert "buy cheap watches" in page(as_mallory, address)
    answer = as_mallory.post(address, {"kind": "spam", "comment": "Ads"}, follow=True)
    assert "Thank you" in answer.content.decode()
    queue = page(as_carol, "/rooms/lobby/reports/")
    assert "Bob Brown" in queue
    assert "buy cheap watches" in queue
    pk = Case.objects.get().pk
    case = page(as_carol, f"/rooms/lobby/reports/{pk}/")
    assert [f'id="m{seq}"' in case for seq in range(1, 6)] == [True] * 5
    for word in ("Mallory Marsh", "Ads", "Remove and mute", "Nothing."):
        assert word in case
    assert as_carol.post(f"/rooms/lobby/reports/{pk}/claim/").status_code == 302
    assert "You have this" in page(as_carol, f"/rooms/lobby/reports/{pk}/")
    given = {"verdict": "remove", "reason": "No advertising"}
    answer = as_carol.post(f"/rooms/lobby/reports/{pk}/decide/", given, follow=True)
    assert "Bob Brown: Removed" in answer.text
    assert "Nothing waits" in answer.text
    message.refresh_from_db()
    assert message.removal_reason == "No advertising"
    for client in (as_mallory, as_bob):
        inbox = page(client, "/mentions/")
        assert "For you" in inbox
        assert client.post("/mentions/told/read/").status_code == 302
        assert 'id="told"' not in page(client, "/mentions/")
        assert "was removed" in page(client, "/mentions/told/") or client is as_mallory
    assert "acted upon" in page(as_mallory, "/mentions/told/")


def test_what_is_refused_comes_back_with_what_was_typed(
    lobby: Room, message: Message, as_mallory: Client, as_carol: Client, case: Case
) -> None:
    again = as_mallory.post("/rooms/lobby/messages/3/report/", {"kind": "spam", "comment": "Twice"})
    assert again.status_code == 403
    assert "reported this message already" in again.content.decode()
    assert "Twice" in again.content.decode()
    decide = f"/rooms/lobby/reports/{case.pk}/decide/"
    wrong = as_carol.post(decide, {"verdict": "ban", "seconds": "-5", "reason": "Enough"})
    assert wrong.status_code == 422
    assert 'value="Enough"' in wrong.content.decode()
    assert as_carol.get(decide).status_code == 405
    as_carol.post(decide, {"verdict": "keep"})
    twice = as_carol.post(decide, {"verdict": "ban"})
    assert twice.status_code == 403
    assert "Carol Clark has decided this already" in twice.content.decode()


def test_what_one_cannot_read_one_cannot_report(
    den: Room, alice: User, as_mallory: Client, as_bob: Client, mallory: User
) -> None:
    actions.messages.post(room=den, author=alice, text="secret")
    about = {"kind": "spam", "comment": "x"}
    asked = [
        as_mallory.get(f"/rooms/{den.slug}/messages/1/report/"),
        as_mallory.post(f"/rooms/{den.slug}/messages/1/report/", {"kind": "spam"}),
        as_mallory.post(f"/rooms/{den.slug}/messages/9/report/", {"kind": "spam"}),
        as_mallory.post("/rooms/no-such-room/messages/1/report/", {"kind": "spam"}),
        as_mallory.post(
            "/people/alice/report/", {"kind": "spam", "comment": "x", "room": den.slug}
        ),
        as_mallory.post("/people/alice/report/", {**about, "room": "\x00"}),
        as_mallory.get(f"/rooms/{den.slug}/reports/"),
        as_mallory.get("/staff/reports/"),
        as_mallory.get("/staff/reports/1/"),
        as_mallory.post("/staff/reports/1/decide/", {"verdict": "keep"}),
        as_mallory.get("/appeals/1/"),
        as_mallory.get("/appeals/site/forged/"),
    ]
    assert {(answer.status_code, answer.content) for answer in asked} == {
        (404, as_mallory.get("/rooms/no-such-room/").content)
    }
    assert not Report.objects.exists()
    assert as_bob.post(f"/rooms/{den.slug}/messages/9/report/").status_code == 404


def test_a_case_of_another_room_is_not_there(
    lobby: Room, den: Room, case: Case, bob: User, as_bob: Client, as_carol: Client, alice: User
) -> None:
    actions.members.set_role(by=mine(alice, den), member=mine(bob, den), role="moderator")
    for verb in ("", "claim/", "release/", "decide/"):
        ask = as_bob.post if verb else as_bob.get
        assert ask(f"/rooms/{den.slug}/reports/{case.pk}/{verb}").status_code == 404
        assert ask(f"/rooms/lobby/reports/{case.pk}/{verb}").status_code == 403
        assert ask(f"/rooms/lobby/reports/99999/{verb}").status_code == 403
    assert as_carol.get("/rooms/lobby/reports/99999/").status_code == 404
    assert Case.objects.open().count() == 1


def test_a_private_room_is_not_looked_into_by_the_sites_staff(
    den: Room, alice: User, bob: User, as_grace: Client
) -> None:
    for text in ("said earlier", "the reported one", "said later"):
        actions.messages.post(room=den, author=alice, text=text)
    by = mine(bob, den)
    reported = Message.objects.get(seq=2)
    case = actions.reports.report_message(by=by, message=reported, kind="other").case
    html = page(as_grace, f"/staff/reports/{case.pk}/")
    assert "the reported one" in html
    assert "said earlier" not in html
    assert 'id="m1"' not in html
    assert f"/rooms/{den.slug}/" not in html
    assert as_grace.get(f"/rooms/{den.slug}/reports/{case.pk}/").status_code == 404


def test_the_staff_decide_what_concerns_the_site(
    lobby: Room, bob: User, as_mallory: Client, as_grace: Client
) -> None:
    form = {"kind": "harassment", "comment": "Writes to me", "room": ""}
    assert as_mallory.post("/people/bob/report/", form).status_code == 302
    assert "Writes to me" in page(as_grace, "/staff/reports/")
    pk = Case.objects.get().pk
    assert "handed" not in page(as_grace, f"/staff/reports/{pk}/")
    done = as_grace.post(
        f"/staff/reports/{pk}/decide/", {"verdict": "suspend", "seconds": "600", "reason": "No"}
    )
    assert done.headers["Location"] == "/staff/reports/"
    bob.refresh_from_db()
    assert bob.is_suspended


def test_moderators_see_how_many_wait_and_others_nothing(
    lobby: Room, case: Case, as_carol: Client, as_bob: Client
) -> None:
    assert re.search(r'reports/">Reports <b.*?1</b>', page(as_carol, "/rooms/lobby/"))
    assert "Reports" not in page(as_bob, "/rooms/lobby/")


def test_the_muted_and_the_banned_read_why_and_answer(
    lobby: Room, bob: User, carol: User, as_bob: Client, as_carol: Client
) -> None:
    mute = actions.sanctions.mute(by=mine(carol, lobby), member=mine(bob, lobby), reason="Shouting")
    room = page(as_bob, "/rooms/lobby/")
    assert "You are muted here for ever. Reason: Shouting" in room
    assert f"/appeals/{mute.pk}/" in room
    assert "Reason: Shouting" in as_bob.get("/rooms/lobby/changes/?cursor=0").content.decode()
    ban = actions.sanctions.ban(by=mine(carol, lobby), member=mine(bob, lobby), reason="Threats")
    barred = as_bob.get("/rooms/lobby/")
    assert barred.status_code == 403
    assert f'href="/appeals/{ban.pk}/"' in barred.content.decode()
    assert f'href="/appeals/{ban.pk}/"' in page(as_bob, "/mentions/")
    assert as_bob.post(f"/appeals/{ban.pk}/", {"text": " "}).status_code == 422
    assert as_bob.post(f"/appeals/{ban.pk}/", {"text": "It was a quotation"}).status_code == 200
    assert as_bob.post(f"/appeals/{ban.pk}/", {"text": "Again"}).status_code == 403
    assert "It was a quotation" in page(as_carol, "/rooms/lobby/reports/")
    pk = Case.objects.get().pk
    as_carol.post(f"/rooms/lobby/reports/{pk}/decide/", {"verdict": "uphold", "reason": "No"})
    assert "The sanction stays. Reason: No" in " ".join(page(as_bob, f"/appeals/{ban.pk}/").split())


def test_who_was_banned_from_a_private_room_is_told_and_answers(
    den: Room, alice: User, bob: User, as_bob: Client
) -> None:
    ban = actions.sanctions.ban(by=mine(alice, den), member=mine(bob, den), reason="Leaks")
    assert as_bob.get(f"/rooms/{den.slug}/").status_code == 404
    assert "banned from “den” for ever. Reason: Leaks" in page(as_bob, "/mentions/")
    assert "answered on" in as_bob.post(f"/appeals/{ban.pk}/", {"text": "Me?"}).content.decode()


def test_a_suspended_person_answers_from_the_page_that_says_so(
    bob: User, grace: User, as_grace: Client, client: Client
) -> None:
    site_sanctions.suspend(by=grace, person=bob, until=None, reason="Fraud")
    given = {"login": "bob", "password": PASSWORD}
    told = client.post("/accounts/login/", given).content.decode()
    found = re.search(r"/appeals/site/[^\"]+", told)
    assert found is not None
    address = found[0]
    assert "Fraud" in page(client, address)
    assert client.post(address, {"text": "It was my brother"}).status_code == 200
    assert client.post(address, {"text": "Or my sister"}).status_code == 403
    assert client.get(f"{address[:-3]}x/").status_code == 404
    assert "It was my brother" in page(as_grace, "/staff/reports/")
    pk = Case.objects.get().pk
    as_grace.post(f"/staff/reports/{pk}/decide/", {"verdict": "lift"})
    bob.refresh_from_db()
    assert not bob.is_suspended


def test_what_is_told_is_paged_and_ones_own(alice: User, as_alice: Client, as_bob: Client) -> None:
    Notice.objects.bulk_create(Notice(user=alice, text=f"told {n}") for n in range(35))
    first = page(as_alice, "/mentions/told/")
    assert "told 34" in first
    assert "told 4<" not in first
    following = re.search(r"\?before=\d+", first)
    assert following is not None
    assert "told 4" in page(as_alice, f"/mentions/told/{following[0]}")
    assert "told 3" not in page(as_bob, "/mentions/told/")
    assert re.search(r"For you</span>.*?35</span>", page(as_alice, "/rooms/"), re.DOTALL)


def test_a_case_that_many_report_is_as_short_as_others(
    lobby: Room, bob: User, as_carol: Client
) -> None:
    case = Case.objects.create(room=lobby, person=bob)
    people = User.objects.bulk_create(
        User(username=f"p{n}", username_key=f"p{n}", password="!") for n in range(250)
    )
    Report.objects.bulk_create(
        Report(case=case, reporter=each, kind="spam", comment=f"reason {n}")
        for n, each in enumerate(people)
    )
    queue = page(as_carol, "/rooms/lobby/reports/")
    assert "250 reports" in queue
    assert [f"reason {n}<" in queue for n in range(4)] == [True, True, True, False]
    assert page(as_carol, f"/rooms/lobby/reports/{case.pk}/").count("reason ") <= 110


@pytest.mark.parametrize("size", [3, 30])
def test_the_queues_cost_the_same_whatever_waits(
    lobby: Room, case: Case, alice: User, as_carol: Client, as_grace: Client, size: int
) -> None:
    for number in range(size):
        each = person(f"p{number}", f"Person {number}")
        actions.members.join(member=Membership(room=lobby, user=each, role="reader"))
        said = actions.messages.post(room=lobby, author=each, text="spam")
        actions.messages.post(room=lobby, author=each, text="spam")
        by = mine(each, lobby)
        if number < 9:
            actions.reports.report_message(
                by=by, message=Message.objects.get(seq=3 + number), kind="spam"
            )
        other = Case.objects.create(room=None, person=each)
        mine_too = Case.objects.create(room=lobby, person=each)
        for of in (other, mine_too):
            Report.objects.create(case=of, reporter=alice, kind="spam", comment=str(said.seq))
    costs = {
        "/rooms/lobby/reports/": 7,
        f"/rooms/lobby/reports/{case.pk}/": 10,
    }
    assert {path: len(queries(lambda: as_carol.get(path))) for path in costs} == costs  # noqa: B023
    on_site = Case.objects.filter(room=None).first()
    assert on_site is not None
    costs = {"/staff/reports/": 7, f"/staff/reports/{on_site.pk}/": 9}
    assert {path: len(queries(lambda: as_grace.get(path))) for path in costs} == costs  # noqa: B023


def test_an_answer_to_what_was_lifted_meanwhile_can_only_be_closed(
    as_alice: Client, alice: User, bob: User, lobby: Room
) -> None:
    by, member = mine(alice, lobby), mine(bob, lobby)
    mute = actions.sanctions.mute(by=by, member=member)
    case = actions.appeals.appeal(person=bob, against=mute, text="Please")
    assert 'value="lift"' in page(as_alice, f"/rooms/lobby/reports/{case.pk}/")
    actions.sanctions.unmute(by=by, member=member)
    shown = page(as_alice, f"/rooms/lobby/reports/{case.pk}/")
    assert "was lifted already" in shown
    assert re.findall(r'name="verdict" value="(\w+)"', shown) == ["dismiss"]
    as_alice.post(f"/rooms/lobby/reports/{case.pk}/decide/", {"verdict": "dismiss"})
    assert "Dismissed" in page(as_alice, f"/rooms/lobby/reports/{case.pk}/")
