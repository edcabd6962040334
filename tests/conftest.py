"""The cast, the same everywhere, and the server that it talks through."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from rooms import actions
from rooms.models import Kind, Membership, Room
from rooms.rows import _article
from rooms.throttle import _posting
from tests import emptying
from tests.live import LiveServer

PASSWORD = "a long enough password"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A test's database is emptied by DELETE, which the audit log refuses."""
    emptying.install()
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            connection.cursor().execute("DROP TRIGGER audit_no_delete")


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    """What a process remembers belongs to one test."""
    _posting.clear()
    actions.words.forget()
    actions.retention.look_again()
    _article.cache_clear()


@cache
def password_hash() -> str:
    """Hashed once: a good hash is slow by design."""
    return make_password(PASSWORD)


def person(username: str, name: str) -> User:
    user = User.objects.create_user(username, f"{username}@example.org", display_name=name)
    User.objects.filter(pk=user.pk).update(password=password_hash())
    user.refresh_from_db()
    return user


@pytest.fixture
def alice(db: None) -> User:
    """Owns the rooms."""
    return person("alice", "Alice Adams")


@pytest.fixture
def bob(db: None) -> User:
    """A member of the rooms."""
    return person("bob", "Bob Brown")


@pytest.fixture
def carol(lobby: Room) -> User:
    """Moderates the lobby."""
    carol = person("carol", "Carol Clark")
    actions.members.join(member=Membership(room=lobby, user=carol, role="reader"))
    lobby.memberships.filter(user=carol).update(role="moderator")
    return carol


@pytest.fixture
def as_carol(carol: User) -> Client:
    return signed_in(carol)


@pytest.fixture
def sam(db: None) -> User:
    """Of the site's staff, in no room."""
    sam = person("sam", "Sam Stone")
    User.objects.filter(pk=sam.pk).update(is_staff=True)
    sam.refresh_from_db()
    return sam


@pytest.fixture
def mallory(db: None) -> User:
    """An outsider: signed in, in no room."""
    return person("mallory", "Mallory Marsh")


@pytest.fixture
def grace(db: None) -> User:
    """One of the site's staff."""
    user = person("grace", "Grace Gray")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def ada(db: None) -> User:
    """An administrator of the site."""
    user = person("ada", "Ada Ash")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def lobby(alice: User, bob: User) -> Room:
    """A public room."""
    room = actions.rooms.create(owner=alice, name="lobby", topic="Where everybody meets")
    actions.members.join(member=Membership(room=room, user=bob, role="reader"))
    return room


@pytest.fixture
def den(alice: User, bob: User) -> Room:
    """A private room."""
    room = actions.rooms.create(owner=alice, name="den", kind=Kind.PRIVATE)
    actions.members.add(by=room.memberships.get(user=alice), user=bob)
    return room


@pytest.fixture
def talk(lobby: Room, alice: User, bob: User) -> Room:
    """A conversation of Alice and Bob, begun by her; nothing is said in it yet."""
    return actions.conversations.begin(by=alice, person=bob)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_mallory(mallory: User) -> Client:
    return signed_in(mallory)


@pytest.fixture
def as_grace(grace: User) -> Client:
    return signed_in(grace)


@pytest.fixture
def as_ada(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture(scope="session")
def _live_server(django_db_setup: None) -> Iterator[LiveServer]:
    with LiveServer() as server:
        yield server


@pytest.fixture
def live(transactional_db: None, _live_server: LiveServer) -> LiveServer:
    """daphne in a process of its own on the test's database; the cast comes after it."""
    _live_server.ensure()
    return _live_server


@pytest.fixture
def alone(transactional_db: None, _live_server: LiveServer) -> None:
    """No other process serves the test's database."""
    _live_server.stop()
