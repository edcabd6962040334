"""Letters: of what stayed unread, to those who want them, each once."""

import random
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from os import environ

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from rooms import access, actions
from rooms.actions.letters import UNSURE
from rooms.letters import stop_token
from rooms.models import Letter, Mailing, Mention, Room
from tests import live as served
from tests.conftest import person
from tests.sink import Sink

STOP = re.compile(r"http://localhost:8000(/letters/stop/\S+/)")


def said(room: Room, author: User, text: str) -> None:
    actions.messages.post(room=room, author=author, text=text)


def wait(minutes: int) -> None:
    """So much time goes by."""
    by = timedelta(minutes=minutes)
    for mention in Mention.objects.exclude(due_at=None):
        Mention.objects.filter(pk=mention.pk).update(due_at=mention.due_at and mention.due_at - by)
    for letter in Letter.objects.all():
        Letter.objects.filter(pk=letter.pk).update(
            made_at=letter.made_at - by,
            due_at=letter.due_at and letter.due_at - by,
            claimed_until=letter.claimed_until and letter.claimed_until - by,
        )


def work() -> list[mail.EmailMessage]:
    """All that is due is done; the letters sent by it."""
    before = len(mail.outbox)
    while any([actions.letters.gather(), actions.letters.digest(), actions.letters.send()]):
        pass
    return list(mail.outbox[before:])


def test_mentions_that_stayed_unread_come_in_one_letter(
    lobby: Room, den: Room, alice: User, bob: User
) -> None:
    said(lobby, alice, "@bob, have you the key?")
    said(den, alice, "@bob: or not?")
    assert work() == []
    wait(6)
    (letter,) = work()
    assert letter.to == ["bob@example.org"]
    assert "have you the key?" in letter.body
    assert "or not?" in letter.body
    assert f"http://localhost:8000/rooms/{den.slug}/messages/1/#m1" in letter.body
    assert work() == []


def test_what_was_said_to_one_alone_comes_by_mail_and_in_the_digest(
    talk: Room, alice: User, bob: User
) -> None:
    said(talk, alice, "have you the key?")
    actions.letters.wish(user=bob, mentions=True, digest=True)
    wait(6)
    (letter,) = work()
    assert (letter.to, letter.subject) == (["bob@example.org"], "Alice Adams wrote to you")
    assert "Alice Adams:\n\nhave you the key?" in letter.body
    Mailing.objects.filter(user=bob).update(digest_at=timezone.now())
    (daily,) = work()
    assert "Alice Adams: 1 message\n" in daily.body
    said(talk, alice, "read at once")
    actions.members.read(member=access.membership(bob, talk.slug), seq=2)
    said(talk, alice, "and blocked")
    actions.conversations.block(by=bob, person=alice)
    wait(20)
    assert work() == []


def test_letters_can_be_read_as_html_which_says_the_same(
    lobby: Room, alice: User, bob: User
) -> None:
    said(lobby, alice, "@bob, <i>have you</i> the key to https://evil.example/ ?")
    actions.letters.wish(user=bob, mentions=True, digest=True)
    wait(6)
    Mailing.objects.filter(user=bob).update(digest_at=timezone.now())
    for letter in work():
        assert isinstance(letter, mail.EmailMultiAlternatives)
        html = str(letter.alternatives[0][0])
        leading = re.findall('<a href="([^"]+)"', html)
        assert leading == re.findall(r"http://localhost:8000\S+", str(letter.body))
        assert "<i>" not in html
        assert "https://evil.example/" in html or letter.subject == "What is new at Hubbub"


def test_what_was_read_is_not_told(lobby: Room, alice: User, bob: User) -> None:
    said(lobby, alice, "@bob one")
    actions.members.read(member=access.membership(bob, "lobby"), seq=1)
    wait(6)
    assert work() == []
    assert not Mention.objects.exclude(due_at=None).exists()


def test_who_has_not_joined_is_told_of_what_was_not_seen(
    lobby: Room, alice: User, mallory: User, as_mallory: Client
) -> None:
    said(lobby, alice, "@mallory, do join")
    wait(6)
    (letter,) = work()
    assert letter.to == ["mallory@example.org"]
    assert "do join" in letter.body
    said(lobby, alice, "@mallory: seen at once")
    as_mallory.get("/rooms/lobby/")
    wait(20)
    assert work() == []


def test_what_is_read_between_making_and_sending_is_left_out(
    lobby: Room, alice: User, bob: User
) -> None:
    said(lobby, alice, "@bob one")
    said(lobby, alice, "@bob two")
    wait(6)
    actions.letters.gather()
    actions.members.read(member=access.membership(bob, "lobby"), seq=1)
    (letter,) = work()
    assert "one" not in letter.body
    said(lobby, alice, "@bob three")
    wait(30)
    actions.letters.gather()
    actions.members.read(member=access.membership(bob, "lobby"), seq=3)
    assert work() == []


def test_one_letter_in_a_while(lobby: Room, alice: User, bob: User) -> None:
    said(lobby, alice, "@bob one")
    wait(6)
    assert len(work()) == 1
    said(lobby, alice, "@bob two")
    wait(6)
    assert work() == []
    wait(10)
    (letter,) = work()
    assert "two" in letter.body
    assert "one" not in letter.body


@pytest.mark.parametrize("reason", ["hidden", "nothing", "left", "wish", "suspended", "removed"])
def test_who_does_not_want_or_may_not_read_is_not_written_to(
    den: Room, alice: User, bob: User, reason: str
) -> None:
    said(den, alice, "@bob, a secret")
    wait(6)
    his = access.membership(bob, den.slug)
    if reason in ("hidden", "nothing"):
        actions.members.attend(member=his, attention=reason)
    elif reason == "left":
        actions.letters.gather()
        actions.members.leave(member=his)
    elif reason == "wish":
        actions.letters.wish(user=bob, mentions=False, digest=False)
    elif reason == "suspended":
        User.objects.filter(pk=bob.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    else:
        hers = access.membership(alice, den.slug)
        actions.removals.remove(member=hers, message=access.message(hers, 1))
    assert work() == []
    assert not Letter.objects.exclude(due_at=None).exists()


def test_the_link_in_a_letter_ends_them_without_signing_in(
    lobby: Room, alice: User, bob: User
) -> None:
    said(lobby, alice, "@bob one")
    wait(6)
    (letter,) = work()
    link = STOP.search(str(letter.body))
    assert link
    assert letter.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{link[1]}>"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client = Client(enforce_csrf_checks=True)
    assert "Stop these letters" in client.get(link[1]).content.decode()
    assert not Mailing.objects.filter(user=bob, mentions=False).exists()
    assert client.post(link[1], {"List-Unsubscribe": "One-Click"}).status_code == 200
    said(lobby, alice, "@bob two")
    wait(60)
    assert work() == []


@pytest.mark.parametrize("forge", ["1-mentions", "1-mentions:x", "%00", "a:b", "🙂"])
def test_a_guessed_link_is_none(bob: User, forge: str) -> None:
    assert Client().get(f"/letters/stop/{forge}/").status_code == 404
    assert Client().post(f"/letters/stop/{forge}/").status_code == 404
    whole = stop_token(bob.pk, "mentions")
    other = whole.replace(f"{bob.pk}-", f"{bob.pk + 1}-", 1)
    assert Client().post(f"/letters/stop/{other}/").status_code == 404


def test_the_digest_comes_once_a_day_to_those_who_want_it(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    as_bob.post("/me/letters/", {"digest": "on"})
    said(lobby, alice, "one")
    assert work() == []
    Mailing.objects.update(digest_at=timezone.now())
    (letter,) = work()
    assert letter.to == ["bob@example.org"]
    assert "lobby: 1 message" in letter.body
    assert work() == []
    soon = Mailing.objects.get(user=bob).digest_at
    assert soon is not None
    assert timezone.now() < soon <= timezone.now() + timedelta(days=1)
    actions.members.read(member=access.membership(bob, "lobby"), seq=1)
    Mailing.objects.update(digest_at=timezone.now())
    assert work() == []


def test_the_page_says_what_is_wished(as_bob: Client, bob: User) -> None:
    assert 'name="mentions" checked' in as_bob.get("/me/letters/").content.decode()
    as_bob.post("/me/letters/", {"digest": "on"})
    page = as_bob.get("/me/letters/").content.decode()
    assert 'name="mentions">' in page
    assert 'name="digest" checked' in page
    assert Client().get("/me/letters/").status_code == 302


def worker(sink: Sink) -> "subprocess.Popen[bytes]":
    environment = {**environ, "DATABASE_URL": served.test_database_url(), "EMAIL_URL": sink.url}
    command = [sys.executable, "manage.py", "work", "--once"]
    return subprocess.Popen(command, cwd=served.ROOT, env=environment)


@pytest.mark.usefixtures("transactional_db")
def test_a_server_that_refuses_is_asked_again_and_one_that_knows_nobody_is_not(
    lobby: Room, alice: User, bob: User
) -> None:
    said(lobby, alice, "@bob")
    wait(6)
    with Sink() as sink:
        sink.refusals += [b"451 later", b"451 later"]
        for tried in (1, 2, 3):
            assert worker(sink).wait(60) == 0
            letter = Letter.objects.get()
            assert letter.attempts == tried
            if tried < 3:
                assert letter.due_at is not None
                assert letter.due_at > timezone.now()
                assert worker(sink).wait(60) == 0
                wait(10)
        assert letter.due_at is None
        assert len(sink.letters) == 1


def hand(sink: Sink) -> None:
    """All that is due is done, through this server."""
    port = int(sink.url.rsplit(":", 1)[1])
    backend = "accounts.mail.EmailBackend"
    options = {"host": "127.0.0.1", "port": port}
    mailers = {"default": {"BACKEND": backend, "OPTIONS": options}}
    with override_settings(MAILERS=mailers):
        work()


def test_an_address_that_is_none_gets_no_more_letters_until_its_owner_says_so(
    lobby: Room, alice: User, bob: User, as_bob: Client
) -> None:
    with Sink() as sink:
        sink.strangers += [b"450 come again", b"550 nobody here"]
        for _ in range(3):
            said(lobby, alice, "@bob")
            wait(20)
            hand(sink)
        assert (sink.letters, sink.strangers) == ([], [])
        assert not Letter.objects.exclude(due_at=None).exists()
        assert "does not exist" in as_bob.get("/me/letters/").content.decode()
        as_bob.post("/me/letters/", {"mentions": "on"})
        assert "does not exist" not in as_bob.get("/me/letters/").content.decode()
        said(lobby, alice, "@bob")
        wait(20)
        hand(sink)
        assert [str(letter["To"]) for letter in sink.letters] == ["bob@example.org"]


def until_sent(process: "subprocess.Popen[bytes]", sink: Sink, enough: int) -> None:
    served.wait_for(
        lambda: len(sink.letters) >= enough or process.poll() is not None, "some letters leave"
    )


@pytest.mark.usefixtures("transactional_db")
def test_every_letter_leaves_once_however_often_its_worker_is_killed(
    lobby: Room, alice: User
) -> None:
    people = [person(f"reader{number}", "") for number in range(14)]
    said(lobby, alice, " ".join(f"@{user.username}" for user in people))
    for user in people:
        actions.members.join(member=access.membership(user, "lobby"))
    lobby.memberships.exclude(user=alice).update(last_read_seq=0)
    wait(6)
    chance = random.Random(4)
    kills = 0
    with Sink(slow=0.01) as sink:
        while Letter.objects.exclude(due_at=None).exists() or not Letter.objects.exists():
            enough = len(sink.letters) + chance.randint(0, 3)
            process = worker(sink)
            until_sent(process, sink, enough)
            time.sleep(chance.uniform(0, 0.08))  # anywhere in the next letter
            process.kill()
            kills += process.wait() != 0
            wait(3)
        to = Counter(str(letter["To"]) for letter in sink.letters)
    assert set(to.values()) == {1}
    missing = {user.email for user in people} - to.keys()
    unsure = Letter.objects.filter(fault=UNSURE).values_list("user__email", flat=True)
    assert missing <= set(unsure)  # killed in the instant of a commit, which is said
    assert len(missing) < 3 < kills
