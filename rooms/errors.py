"""What an action may refuse, each with the sentence that the person is shown."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.errors import Invalid, Refused

__all__ = [
    "Barred",
    "Conflict",
    "Invalid",
    "Purged",
    "Refused",
    "Repeated",
    "Slowed",
    "TooFast",
    "TooMany",
    "Waiting",
]


class Conflict(Refused):
    """Something else was done in the meantime, and this was not."""

    status = 409


class TooMany(Refused):
    """Done as often as it may be within some time."""

    status = 429


class TooFast(Refused):
    """Asked too often; `seconds` until the next try is heeded."""

    status = 429

    sentence = gettext_lazy("That was a lot at once. Try again in {}.")

    def __init__(self, seconds: int) -> None:
        text = ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
        super().__init__(self.sentence.format(text))
        self.seconds = seconds


class Slowed(TooFast):
    """Asked before slow mode lets this person say the next thing."""

    sentence = gettext_lazy("Slow mode is on in this room. You can write again in {}.")


class Repeated(TooFast):
    """The same was said again and again, and so is slowed down."""

    sentence = gettext_lazy("You have said this again and again. You can say it once more in {}.")


class Waiting(Refused):
    """Taken, and not in the room yet: a moderator looks at it first.

    The box is emptied, as the text is stored. `seconds` are slow mode's until the next message.
    """

    status = 202

    def __init__(self, seconds: int) -> None:
        super().__init__(
            _("Your message waits for a moderator, who will let it in or tell you why not.")
        )
        self.seconds = seconds


class Purged(Http404):
    """There was such a message once; the room keeps its messages for some time only."""

    sentence = gettext_lazy(
        "The message was older than this room keeps messages: it is deleted for good."
    )


class Barred(PermissionDenied):
    """The person is banned from this public room; the message says until when and why.

    `address` is where the person answers to it.
    """

    def __init__(self, sentence: str, address: str = "") -> None:
        super().__init__(sentence)
        self.address = address
