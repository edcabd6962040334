"""End sessions, and with them every socket that was opened in them."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from accounts import signals
from accounts.actions import audit
from accounts.actions.standing import lock
from accounts.models import User


def sign_out_others(*, person: User, keep: str) -> None:
    """End all of one's own sessions but the one whose key is `keep`.

    That one has to be told `person.get_session_auth_hash()`, in the same transaction.
    """
    with transaction.atomic():
        end_all(person, keep=keep)


def sign_out(*, by: User, person: User, reason: str = "") -> None:
    """Staff end all sessions of somebody, who may sign in again. Raises Refused."""
    with transaction.atomic():
        by, person = lock(by, person)
        end_all(person)
        audit.record(by=by, verb=gettext_noop("signed out"), target=person, reason=reason)


def end_one(*, session: UserSession) -> None:
    """End one session of one's own. Ending it twice is ending it once."""
    with transaction.atomic():
        Session.objects.filter(session_key=session.session_key).delete()
        session.delete()
        signals.session_ended.send(sender=None, session_key=session.session_key)


def end_all(person: User, *, keep: str | None = None, notice: str = "") -> None:
    """Void every session of `person`, known to us or not; inside the acting transaction."""
    person.times_signed_out = F("times_signed_out") + 1
    person.save(update_fields=["times_signed_out"])
    person.refresh_from_db(fields=["times_signed_out"])
    known = UserSession.objects.filter(user=person).exclude(session_key=keep)
    Session.objects.filter(session_key__in=known.values("session_key")).delete()
    known.delete()
    signals.sessions_ended.send(sender=None, user=person, keep=keep, notice=notice)
