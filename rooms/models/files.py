"""What a message itself knows of its files, so that its row needs no query."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

LARGE, SMALL = (400, 300), (240, 180)  # the room that a picture has in a row: alone, among others
PICTURES = ("image/jpeg", "image/png", "image/webp")
PLAYED = (
    "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav", "video/mp4", "video/webm",
)  # fmt: skip


type Kept = Sequence[Sequence[Any]] | None  # as JSON brings it


class File(NamedTuple):
    """What a row shows of a file (`Message.files` is a list of these).

    `width` and `height` are a picture's; `moves` says that it is animated, `alt` what is to be
    seen on it, for those who do not.
    """

    key: str
    name: str
    type: str
    size: int
    width: int = 0
    height: int = 0
    moves: bool = False
    alt: str = ""

    @property
    def kind(self) -> str:
        """How the row shows it: picture, audio, video or file."""
        if self.type in PICTURES:
            return "picture"
        return self.type.partition("/")[0] if self.type in PLAYED else "file"

    @property
    def kind_name(self) -> str:
        names = {"picture": _("Picture"), "audio": _("Sound"), "video": _("Video")}
        return names.get(self.kind) or (_("PDF") if self.type == "application/pdf" else _("File"))

    @property
    def path(self) -> str:
        """Where it lies in the storage."""
        return f"{self.key[:2]}/{self.key}"

    def within(self, box: tuple[int, int]) -> tuple[int, int]:
        """The width and height that a picture is shown in."""
        share = min(1, box[0] / self.width, box[1] / self.height)
        return max(1, round(self.width * share)), max(1, round(self.height * share))


def files_of(kept: Kept) -> tuple[File, ...]:
    """The files of a message, from what it keeps of them."""
    return tuple(File(*each) for each in kept or ())


def in_words(text: str, kept: Kept) -> str:
    """What a message says where no file can be shown: its text, and its files' names."""
    names = ", ".join(file.name for file in files_of(kept))
    return "\n".join(part for part in (text, names and f"[{names}]") if part)
