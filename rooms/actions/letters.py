"""Being told elsewhere: letters made of what stayed unread, and sent, each once."""

import smtplib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.mail import hand_over
from accounts.models import User
from rooms import letters
from rooms.models import Letter, Mailing, Mention, Subject
from rooms.realtime.fault import Fault

sending = Fault("Mail cannot be sent; it is tried again")

WHILE = timedelta(minutes=15)  # between two letters on mentions to one person
KEPT = timedelta(days=30)
AT_ONCE = 50
UNSURE = "Its worker ended just as it left: perhaps it did not."
HOUR = 8  # of a person's own day, at which the digest comes


class TakenOver(Exception):
    """Somebody else holds the letter by now."""


def wish(*, user: User, mentions: bool, digest: bool) -> None:
    """What a person wants to be told by mail; an address that was refused is tried again."""
    digest_at = next_digest(user) if digest else None
    values = {"mentions": mentions, "digest": digest, "digest_at": digest_at, "refused": ""}
    Mailing.objects.update_or_create(user=user, defaults=values)


def stop(*, user_pk: int, subject: str) -> None:
    """No more letters of this kind."""
    if User.objects.filter(pk=user_pk).exists():
        Mailing.objects.update_or_create(user_id=user_pk, defaults={subject: False})


def gather() -> bool:
    """Make letters of mentions that stayed unread; whether there were any due."""
    now = timezone.now()
    lately = Letter.objects.filter(
        user=OuterRef("user"), subject=Subject.MENTIONS, made_at__gt=now - WHILE
    )
    due = Mention.objects.filter(~Exists(lately), due_at__lte=now)
    people = list(due.order_by().values_list("user", flat=True).distinct()[:AT_ONCE])
    for user_pk in people:
        _gather(user_pk, now)
    return bool(people)


def digest() -> bool:
    """Make the day's letters that are due; whether there were any."""
    now = timezone.now()
    due = Mailing.objects.filter(digest=True, digest_at__lte=now)
    with transaction.atomic():
        found = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
        for mailing in found:
            Letter.objects.create(user_id=mailing.user_id, subject=Subject.DIGEST)
            mailing.digest_at = next_digest(mailing.user)
            mailing.save(update_fields=["digest_at"])
    return bool(found)


def send() -> bool:
    """Send one letter that is due; whether there was one.

    A letter is the server's from its last line on, and known to be so from just before it: killed
    before, it is sent again; killed after, never. What was read meanwhile is left out of it.
    """
    with transaction.atomic():
        now = timezone.now()
        letter = Letter.objects.due(now).first()
        if letter is None:
            return False
        if letter.handed_at is not None:
            letter.done(UNSURE)
            return True
        letter.claim(now)
    _send(letter)
    return True


def forget() -> bool:
    """Letters sent long ago are of no use to anybody."""
    old = Letter.objects.filter(due_at=None, made_at__lt=timezone.now() - KEPT)
    old.filter(pk__in=list(old.values_list("pk", flat=True)[:1_000])).delete()
    return False


def next_digest(user: User) -> datetime:
    """The next morning of this person."""
    here = timezone.now().astimezone(ZoneInfo(user.time_zone))
    at = here.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return at if at > here else at + timedelta(days=1)


def _gather(user_pk: int, now: datetime) -> None:
    with transaction.atomic():
        Mailing.objects.get_or_create(user_id=user_pk)
        mailing = Mailing.objects.select_for_update().get(user=user_pk)
        mentions = Mention.objects.filter(user=user_pk, due_at__lte=now)
        told = list(mentions.unread().values_list("pk", flat=True)) if mailing.mentions else []
        mentions.exclude(pk__in=told).update(due_at=None)
        if told:
            letter = Letter.objects.create(user_id=user_pk, subject=Subject.MENTIONS)
            Mention.objects.filter(pk__in=told).update(due_at=None, letter=letter)


def _send(letter: Letter) -> None:
    def about_to_leave() -> None:
        if not letter.hand():
            raise TakenOver

    try:
        message = letters.write(letter)
        if message is not None:
            hand_over(message, about_to_leave)
        letter.done()
        sending.over()
    except TakenOver:
        return
    except smtplib.SMTPRecipientsRefused as fault:
        _refused(letter, fault)
    except smtplib.SMTPResponseException as fault:
        sending.shows()
        letter.try_again(str(fault))
    except (OSError, smtplib.SMTPException) as fault:
        if letter.handed_at is not None:
            letter.done(f"No answer, but it had left: {fault}")
        else:
            sending.shows()
            letter.try_again(str(fault))


def _refused(letter: Letter, fault: smtplib.SMTPRecipientsRefused) -> None:
    """The address is not taken: for now (4xx, as of a server that is busy or wary), or for good."""
    if all(code >= 500 for code, _ in fault.recipients.values()):
        address = next(iter(fault.recipients))
        Mailing.objects.update_or_create(user=letter.user, defaults={"refused": address})
        letter.done(f"The address is refused: {fault}")
    else:
        letter.try_again(str(fault))
