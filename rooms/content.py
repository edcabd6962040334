"""What a file is, by what is in it, and what it may be called."""

import re
from dataclasses import dataclass

from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from rooms import pictures
from rooms.markup import clean

HEAD = 64
LONGEST_NAME = 100
ANYTHING = "application/octet-stream"

# Where in a file what stands, and what it is then. Only what a browser may play or draw is worth
# knowing; all else is a file, which is saved and never shown.
_SIGNS = (
    (0, rb"\xff\xd8\xff", "picture"),
    (0, rb"\x89PNG\r\n\x1a\n", "picture"),
    (0, rb"GIF8[79]a", "picture"),
    (0, rb"RIFF....WEBP", "picture"),
    (4, rb"ftyp(?:avif|avis)", "picture"),
    (0, rb"%PDF-", "application/pdf"),
    (0, rb"ID3|\xff[\xfb\xfa\xf3\xf2]", "audio/mpeg"),
    (0, rb"OggS", "audio/ogg"),
    (0, rb"fLaC", "audio/flac"),
    (0, rb"RIFF....WAVE", "audio/wav"),
    (4, rb"ftypM4A", "audio/mp4"),
    (4, rb"ftyp(?:isom|iso[2-9]|mp4[12]|avc1|dash|M4V|MSNV)", "video/mp4"),
    (0, rb"\x1aE\xdf\xa3.{0,40}webm", "video/webm"),
)
_TYPES = tuple((at, re.compile(sign, re.DOTALL), kind) for at, sign, kind in _SIGNS)
_UNFIT = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is kept; a picture has a `preview`."""

    name: str
    type: str
    file: "File[bytes]"
    preview: bytes = b""
    width: int = 0
    height: int = 0
    moves: bool = False


def examine(name: str, file: "File[bytes]") -> Content:
    """What somebody sent, made fit to be kept: a picture is made anew, all else stays as it is.

    Raises Invalid for a picture that cannot be read. As slow as `pictures.read`.
    """
    name = tidy(name)
    file.seek(0)
    kind = type_of(file.read(HEAD))
    file.seek(0)
    if kind != "picture":
        return Content(name, kind, file)
    made = pictures.read(file, name)  # type: ignore[arg-type]
    return Content(
        name=_fitting(name, pictures.SUFFIXES[made.type]),
        type=made.type,
        file=ContentFile(made.data),
        preview=made.preview,
        width=made.width,
        height=made.height,
        moves=made.moves,
    )


def type_of(head: bytes) -> str:
    """What a file is that begins so: a media type, or “picture” for one to be made anew."""
    return next((kind for at, sign, kind in _TYPES if sign.match(head, at)), ANYTHING)


def tidy(name: str) -> str:
    """A file's name as it is shown and saved: no path, nothing that deceives the eye, not long."""
    name = clean(name.replace("\\", "/").rpartition("/")[2])
    name = " ".join(_UNFIT.sub("_", name).split()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) < 12:
        return stem[: LONGEST_NAME - len(suffix) - 1] + dot + suffix
    return name[:LONGEST_NAME] or _("file")


def _fitting(name: str, suffixes: tuple[str, ...]) -> str:
    """The name with a suffix that says what it is now."""
    if name.lower().endswith(suffixes):
        return name
    stem, dot, suffix = name.rpartition(".")
    stem = stem if dot and len(suffix) < 12 else name
    return stem[: LONGEST_NAME - len(suffixes[0])] + suffixes[0]
