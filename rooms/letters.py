"""A letter's words, written when it is sent, of what is unread then."""

from hashlib import blake2s
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import languages
from rooms.models import Attention, Letter, Mailing, Membership, Mention, Subject
from rooms.models.mentions import Sort

EXCERPT = 300
MOST = 20

signer = Signer(salt="rooms.letters.stop")


def write(letter: Letter) -> EmailMultiAlternatives | None:
    """The mail, or None where nothing is left to tell. At most three queries.

    Its Message-ID is the letter's own, the same at each try.
    """
    user = letter.user
    mailing = Mailing.objects.filter(user=user).first() or Mailing(user=user)
    if user.email in ("", mailing.refused) or not user.is_welcome:
        return None
    if not mailing.wants(letter.subject):
        return None
    with languages.to(user):
        return _written(letter)


def _written(letter: Letter) -> EmailMultiAlternatives | None:
    user = letter.user
    told = _mentions(letter) if letter.subject == Subject.MENTIONS else _digest(letter)
    if not told:
        return None
    stop = absolute(reverse("stop-letters", args=[stop_token(user.pk, letter.subject)]))
    context = {"user": user, "told": told, "stop": stop, "site_name": settings.SITE_NAME}
    body = render_to_string(f"rooms/letters/{letter.subject}.txt", context)
    heading = render_to_string(f"rooms/letters/{letter.subject}_subject.txt", context)
    subject = " ".join(heading.split())
    message = EmailMultiAlternatives(
        subject=subject,
        body=body,
        to=[user.email],
        headers={
            "Message-ID": message_id(letter),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    html = render_to_string(f"rooms/letters/{letter.subject}.html", context | {"subject": subject})
    message.attach_alternative(html, "text/html")
    return message


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def message_id(letter: Letter) -> str:
    own = blake2s(f"{letter.pk} {letter.made_at}".encode(), digest_size=8).hexdigest()
    return f"<letter.{letter.pk}.{own}@{urlsplit(settings.SITE_URL).hostname}>"


def stop_token(user_pk: int, subject: str) -> str:
    return signer.sign(f"{user_pk}-{subject}")


def read_stop_token(token: str) -> tuple[int, str] | None:
    """Whose letters of which kind the link in a letter ends, if it is one of ours."""
    try:
        user_pk, _dash, subject = signer.unsign(token).partition("-")
    except BadSignature:
        return None
    return int(user_pk), subject


def _mentions(letter: Letter) -> list[dict[str, object]]:
    mentions = Mention.objects.filter(letter=letter).unread().order_by("pk")
    found = mentions.select_related("message__author", "message__room")[:MOST]
    return [
        {
            "is_reply": each.sort == Sort.REPLY,
            "who": each.message.author.name if each.message.author else _("A former member"),
            "room": "" if each.direct else each.message.room.name,
            "text": each.message.in_words[:EXCERPT],
            "url": absolute(f"{each.message.get_absolute_url()}#m{each.seq}"),
        }
        for each in found
    ]


def _digest(letter: Letter) -> list[dict[str, object]]:
    members = Membership.objects.for_sidebar(letter.user_id)
    return [
        {
            "room": member.title,
            "unread": member.unread,
            "mentions": 0 if member.room.is_direct else member.mentions,  # type: ignore[attr-defined]
            "url": absolute(member.room.get_absolute_url()),
        }
        for member in members
        if member.unread and member.attention != Attention.NOTHING
    ]
