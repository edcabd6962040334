"""The app, and what it must hear of from the accounts, which know nothing of it."""

from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class RoomsConfig(AppConfig):
    """`verbs` are what a room's log may say (`accounts.models.audit.verbs`)."""

    name = "rooms"
    verbose_name = gettext_lazy("Rooms")
    verbs = (
        "removed message",
        "removed messages",
        "restored message",
        "approved message",
        "rejected message",
        "removed reaction",
        "muted",
        "lifted mute",
        "banned",
        "lifted ban",
        "removed from room",
        "added to room",
        "changed role",
        "changed room",
        "changed words",
        "decided report",
        "handed report on",
        "appealed",
        "decided appeal",
        "made invitation",
        "withdrew invitation",
        "took copy",
    )

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_reset, password_set
        from django.contrib.auth.signals import user_logged_out

        user_logged_out.connect(close_session, dispatch_uid="rooms")
        post_migrate.connect(keep_index, sender=self, dispatch_uid="rooms")
        from accounts import signals

        signals.session_ended.connect(close_one, dispatch_uid="rooms")
        signals.sessions_ended.connect(close_others, dispatch_uid="rooms")
        signals.look_changed.connect(renew_look, dispatch_uid="rooms")
        signals.renamed.connect(rename, dispatch_uid="rooms")
        signals.told.connect(renew_sidebar, dispatch_uid="rooms")
        signals.banned.connect(hand_on, dispatch_uid="rooms")
        signals.invited.connect(enter, dispatch_uid="rooms")
        for signal in (password_changed, password_reset, password_set):
            signal.connect(close_person, dispatch_uid="rooms")


def close_session(request: Any, **_: Any) -> None:
    """Signing out closes the session's sockets in every tab."""
    from rooms.realtime import events

    if request is not None and request.session.session_key:
        events.session_ended(request.session.session_key)


def close_person(user: Any, **_: Any) -> None:
    """A new password ends every session that was begun with the old one."""
    from rooms.realtime import events

    events.sessions_ended(user.pk)


def close_one(session_key: str, **_: Any) -> None:
    """A session that was ended from elsewhere."""
    from rooms.realtime import events

    transaction.on_commit(lambda: events.session_ended(session_key), robust=True)


def close_others(user: Any, keep: str | None, notice: str, **_: Any) -> None:
    """All sessions of somebody, or all but the one that goes on."""
    from rooms.realtime import events

    events.sessions_ended(user.pk, keep=keep, notice=notice)


def enter(user: Any, room_key: str, **_: Any) -> None:
    """Somebody came in by an invitation, to a room or to the site alone."""
    from rooms.actions import invitations

    if room_key:
        invitations.enter(room_key=room_key, user=user)


def hand_on(user: Any, by: Any, **_: Any) -> None:
    """The rooms of somebody who is kept out for ever find owners: afterwards, as a room is
    locked before people are."""
    from rooms.actions import owners

    transaction.on_commit(lambda: owners.hand_on_all(user, by), robust=True)


def rename(user: Any, **_: Any) -> None:
    """Somebody's conversations are called otherwise for those at their other ends."""
    from rooms.actions import conversations

    conversations.rename(user)


def renew_look(user: Any, **_: Any) -> None:
    """Whose words somebody sees folded changes on all of their pages."""
    from rooms.realtime import events

    events.look_changed(user.pk, user.look)


def renew_sidebar(user_pk: int, **_: Any) -> None:
    """What the site told somebody is counted beside all of their pages."""
    from rooms.realtime import events

    events.rooms_changed(user_pk)


def keep_index(**_: Any) -> None:
    """A migration that made the table of messages anew took the search's triggers with it."""
    from rooms.search.find import index

    index.keep()
