"""What may be said now, by the words that hold in a room and by who says it how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from rooms import markup
from rooms.actions import mentions, words
from rooms.errors import Conflict, Invalid, Refused, Repeated, Slowed
from rooms.models import Attachment, Membership, Message, Room, Why, WordList
from rooms.models.attachments import ALT
from rooms.models.files import File
from rooms.words import Words

LONGEST = 10_000
ATTEMPTS = 5
ANOTHER_TEXT = gettext_lazy(
    "Another tab sent something else from this same page. Your text was not sent: send it again."
)


class Withheld(Exception):
    """It has to be looked at first; `why` is one of `Why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Said:
    """A text as it would be in the room, with what the words that hold there say of it, and the
    files that come with it.

    `version` is None for what a moderator has looked at.
    """

    text: str
    html: str
    called: mentions.Called
    version: int | None = None
    blocked: str = ""
    held: str = ""
    files: Sequence[Attachment] = ()

    @property
    def shown_files(self) -> list[File] | None:
        """What the message keeps of its files."""
        return [attachment.file for attachment in self.files] or None

    @property
    def likeness(self) -> str:
        """What is the same where the same is said again."""
        return "\n".join([self.text, *(f"{file.name} {file.size}" for file in self.files)])

    @property
    def links(self) -> bool:
        return "<a " in self.html


def checked(text: str, *, may_be_empty: bool = False) -> str:
    """The text as it is stored. Raises Invalid for one that cannot be a message.

    Beside files it `may_be_empty`.
    """
    text = markup.clean(text)
    if not text and not may_be_empty:
        raise Invalid(_("Write something first."))
    if len(text) > LONGEST:
        over = len(text) - LONGEST
        raise Invalid(
            _("A message has at most %(longest)s characters; this one has %(over)s too many.")
            % {
                "longest": number_format(LONGEST, force_grouping=True),
                "over": number_format(over, force_grouping=True),
            }
        )
    return text


def by_the_words(room_pk: int, act: Callable[[Words], Message]) -> Message:
    """Act by the words that this process remembers; by the ones that hold, if these are others."""
    known = words.known(room_pk)
    for _attempt in range(ATTEMPTS):
        try:
            return act(known)
        except words.Changed:
            known = words.learn(room_pk)
    raise Conflict(_("The words of this room are just being changed. Send it again."))


def written(
    text: str, room: Room, author: User, known: Words, files: Sequence[Attachment] = ()
) -> Said:
    """The text, and what is said of its files, by the words: masked where it has to be."""
    read = known.read(text)
    blocked, held = read.blocked, read.held
    for file in files:
        seen = known.read(file.alt)
        file.alt, blocked, held = seen.text[:ALT], blocked or seen.blocked, held or seen.held
    called = mentions.called(read.text, room, author)
    html = markup.render(read.text, called.names)
    return Said(read.text, html, called, known.version, blocked, held, files)


def check(member: Membership, said: Said) -> None:
    """Whether it may be said now, by rules that need no query: what they ask for is here."""
    if member.room.words_version != said.version:
        raise words.Changed
    if member.waited_too_little:
        raise Slowed(member.waited_too_little)
    _check_words(member, said)
    if member.repeated_too_soon:
        raise Repeated(member.repeated_too_soon)
    if said.held and not member.may_moderate:
        if member.room.is_direct:
            raise Refused(_not_here(said.held))
        raise Withheld(Why.WORD)
    if member.is_looked_at:
        raise Withheld(Why.NEW)


def check_edit(me: Membership, message: Message, said: Said) -> None:
    """Whether a message may be changed to this; the same words hold. One query.

    What would have to wait for a moderator cannot be put in by an edit. Raises Refused.
    """
    if WordList.version_of(message.room_id) != said.version:
        raise words.Changed
    _check_words(me, said)
    if me.is_looked_at or (said.held and not me.may_moderate):
        raise Refused(_not_by_an_edit(me, said))


def _check_words(member: Membership, said: Said) -> None:
    if said.blocked:
        word = " ".join(said.blocked.split())
        raise Refused(
            _("“%(word)s” is not said here. Your text was not sent: change it and try again.")
            % {"word": word}
        )
    if said.links and not member.may_link:
        raise Refused(
            ngettext(
                "Whoever joined less than a day ago posts no links here.",
                "Whoever joined less than %(days)s days ago posts no links here.",
                member.room.links_after,
            )
            % {"days": member.room.links_after}
        )


def _not_here(found: str) -> str:
    """A conversation of two has nobody who could look at it first."""
    told = _("“%(word)s” is looked at first on this site, and nobody looks in here: change it.")
    return told % {"word": " ".join(found.split())}


def _not_by_an_edit(me: Membership, said: Said) -> str:
    if said.held and me.room.is_direct:
        return _not_here(said.held)
    if said.held:
        word = " ".join(said.held.split())
        return _(
            "“%(word)s” has to be looked at by a moderator first. Send it as a message of its own."
        ) % {"word": word}
    return _("Your first messages here are looked at by a moderator, and so cannot be changed.")
