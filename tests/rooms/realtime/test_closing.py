"""Sockets that end because a person's right to them ended; in every tab, with a word why."""

import json
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import FOREVER, User
from rooms import actions
from rooms.models import Room
from rooms.realtime.socket import BEHIND, SILENT, TERM, Socket
from tests.conftest import PASSWORD
from tests.live import LiveServer, Page

TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')


class Person:
    """Somebody at the live server: a session, pages, forms."""

    def __init__(self, live: LiveServer, user: User) -> None:
        self.live = live
        self.http = requests.Session()
        self.post("/accounts/login/", login=user.username, password=PASSWORD)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, path: str, **form: str) -> None:
        answer = self.post_anyway(path, **form)
        assert answer.ok, answer.text

    def post_anyway(self, path: str, **form: str) -> requests.Response:
        """Whether it is refused or not."""
        form_page = self.http.get(f"{self.live.url}/rooms/new/", timeout=20)
        token = TOKEN.findall(form_page.text)[0]
        return self.http.post(
            f"{self.live.url}{path}", data=form | {"csrfmiddlewaretoken": token}, timeout=20
        )

    @property
    def session(self) -> str:
        return self.http.cookies["sessionid"]

    def page(self, room: Room) -> Page:
        return Page(self.live, f"/ws/chat/{room.slug}/", self.session)


def end_of(page: Page) -> int:
    code = page.closed()
    assert 'id="notices"' in page.frames[-1], code
    assert 'class="closed"' in page.frames[-1]
    return code


@pytest.mark.parametrize("doing", ["logout", "password"])
def test_signing_out_and_a_new_password_close_every_tab(
    live: LiveServer, lobby: Room, bob: User, doing: str
) -> None:
    new = "another long password"
    with Person(live, bob) as person, person.page(lobby) as one, person.page(lobby) as two:
        one.resume(), two.resume()
        if doing == "logout":
            person.post("/accounts/logout/")
        else:
            change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
            person.post("/accounts/password/change/", **change)
        assert [end_of(one), end_of(two)] == [4401, 4401]


def test_a_suspension_closes_every_page_and_says_until_when_and_why(
    live: LiveServer, lobby: Room, bob: User, ada: User
) -> None:
    day = timezone.localdate() + timedelta(days=9)
    with Person(live, ada) as staff, Person(live, bob) as person:
        with person.page(lobby) as one, Page(live, "/ws/person/", person.session) as two:
            one.resume(), two.resume()
            asked = time.monotonic()
            staff.post("/people/bob/suspend/", until=day.isoformat(), reason="Too <loud>")
            assert [end_of(one), end_of(two)] == [4401, 4401]
            assert time.monotonic() - asked < 2
            assert all("Too &lt;loud&gt;" in page.frames[-1] for page in (one, two))
        with person.page(lobby) as again:
            assert again.closed() == 4401


def test_signing_out_elsewhere_leaves_this_session_and_its_page(
    live: LiveServer, lobby: Room, bob: User
) -> None:
    with Person(live, bob) as here, Person(live, bob) as there:
        with here.page(lobby) as mine, there.page(lobby) as other:
            mine.resume(), other.resume()
            here.post("/me/sessions/end/")
            assert end_of(other) == 4401
            mine.say("still here")
        with here.page(lobby) as again:
            again.resume()


def test_one_session_is_ended_from_another(live: LiveServer, lobby: Room, bob: User) -> None:
    with (
        Person(live, bob) as here,
        Person(live, bob) as there,
        here.page(lobby) as mine,
        there.page(lobby) as other,
    ):
        mine.resume(), other.resume()
        theirs = UserSession.objects.get(session_key=there.session)
        here.post(f"/me/sessions/{theirs.pk}/end/")
        assert end_of(other) == 4401
        mine.say("still here")


def test_another_session_lives_on_when_one_signs_out(
    live: LiveServer, lobby: Room, bob: User
) -> None:
    with Person(live, bob) as one, Person(live, bob) as two, two.page(lobby) as page:
        page.resume()
        one.post("/accounts/logout/")
        page.send(json.dumps({"message": "still here"}))
        page.until("still here")


def test_leaving_closes_ones_pages_of_that_room_only(
    live: LiveServer, lobby: Room, den: Room, bob: User
) -> None:
    with Person(live, bob) as person, person.page(lobby) as here, person.page(den) as there:
        here.resume(), there.resume()
        person.post("/rooms/lobby/leave/")
        assert end_of(here) == 4403
        there.until("sidebar-state")
        there.send(json.dumps({"message": "still in the den"}))
        there.until("still in the den")


def test_who_is_removed_hears_nothing_that_comes_after(
    live: LiveServer, den: Room, alice: User, bob: User
) -> None:
    with (
        Person(live, alice) as owner,
        Person(live, bob) as person,
        owner.page(den) as hers,
        person.page(den) as his,
    ):
        hers.resume(), his.resume()
        owner.post(f"/rooms/{den.slug}/members/bob/remove/")
        hers.send(json.dumps({"message": "now we are alone"}))
        hers.until("now we are alone")
        assert end_of(his) == 4403
        assert not any("alone" in frame for frame in his.frames)
        with person.page(den) as again:
            assert again.closed() == 4404


def test_a_flood_of_commands_is_slowed_and_then_ended(
    live: LiveServer, lobby: Room, bob: User
) -> None:
    with live.socket("/ws/chat/lobby/", bob) as page:
        page.resume()
        for _ in range(400):
            page.send('{"type": "typing"}')
        assert page.closed() == 4408
        assert any("Try again in" in frame for frame in page.frames)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("membership", 4403),
        ("session", 4401),
        ("password", 4401),
        ("account", 4401),
        ("suspension", 4401),
    ],
)
def test_what_is_ended_behind_our_back_is_noticed_by_the_tick(
    live: LiveServer, den: Room, bob: User, how: str, code: int
) -> None:
    with live.socket(f"/ws/chat/{den.slug}/", bob) as page:
        page.resume()
        if how == "membership":
            den.memberships.filter(user=bob).delete()
        elif how == "session":
            Session.objects.all().delete()
        elif how == "password":
            User.objects.filter(pk=bob.pk).update(password="!")
        elif how == "suspension":
            User.objects.filter(pk=bob.pk).update(suspended_until=FOREVER)
        else:
            User.objects.filter(pk=bob.pk).update(is_active=False)
        assert end_of(page) == code


def test_the_recheck_closes_nobody_else(
    live: LiveServer, lobby: Room, alice: User, mallory: User
) -> None:
    """A reader who has not joined, and a member, outlive two ticks."""
    with (
        live.socket("/ws/chat/lobby/", mallory) as reader,
        live.socket("/ws/chat/lobby/", alice) as hers,
        live.socket("/ws/person/", alice) as elsewhere,
    ):
        hers.resume()
        reader.resume()
        elsewhere.resume()
        end = time.monotonic() + 11
        while time.monotonic() < end:
            hers.say("still here")
            reader.until("still here")
            threading.Event().wait(0.5)
        elsewhere.send("{}")
        elsewhere.until("notice error")


def test_a_socket_is_over_after_its_term_and_when_its_page_falls_silent_or_behind() -> None:
    async def nowhere(message: object) -> None:
        pass

    socket = Socket(nowhere, 1, "bob", "Bob", "key", 1, sent=5)
    now = time.monotonic()
    assert not socket.is_over(now + TERM[0] - 1)
    assert socket.is_over(now + TERM[1] + 1)
    socket.report(3)
    assert not socket.is_over(now + BEHIND - 1)
    assert socket.is_over(now + SILENT + 1)
    reported_later = replace(socket, reported_at=now + BEHIND + 5)
    assert reported_later.is_over(now + BEHIND + 6)
    socket.report(5)
    assert not replace(socket, reported_at=now + BEHIND + 5).is_over(now + BEHIND - 1)


def test_a_page_that_says_where_it_is_stays(live: LiveServer, lobby: Room, bob: User) -> None:
    with live.socket("/ws/chat/lobby/", bob) as page:
        page.resume()
        for cursor in ("0", 0, "99"):
            page.send(json.dumps({"type": "seen", "cursor": cursor}))
        page.send('{"type": "seen", "cursor": "-1"}')
        assert "not something this page can send" in page.until('id="notices"')
        page.say("still here")


def test_a_room_that_was_deleted_closes_its_pages(live: LiveServer, lobby: Room, bob: User) -> None:
    with live.socket("/ws/chat/lobby/", bob) as page:
        page.resume()
        Room.objects.all().delete()
        assert end_of(page) == 4403


def test_pages_follow_when_somebody_closes_their_account(
    live: LiveServer, lobby: Room, alice: User, bob: User
) -> None:
    actions.messages.post(room=lobby, author=bob, text="bob said this")
    lobby.refresh_from_db()
    with Person(live, bob) as leaver, leaver.page(lobby) as his:
        his.resume()
        with live.socket("/ws/chat/lobby/", alice) as hers:
            hers.resume(lobby.version)
            leaver.post("/me/leave/", password=PASSWORD, messages="erase")
            assert end_of(his) in (4401, 4403)
            frame = hers.until("A message by a former member was removed")
            assert "bob said this" not in frame
