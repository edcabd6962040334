"""A picture that somebody sent, made anew from its pixels, so that nothing else of it is kept.

What a camera wrote into it (where, when, by what) goes, and so does whatever was hidden in it. It
is turned upright, brought to sRGB and to at most 4096 pixels a side.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, ImageSequence

from rooms.errors import Invalid

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
PIXELS = 50_000_000  # as it comes; all decoded at once they take four bytes each
EDGE = 4096
PREVIEW = (800, 600)  # twice what a row shows, for fine displays
MOVING_PIXELS = 40_000_000  # of all frames together
FRAMES = 500
KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP", "AVIF": "WEBP"}
OPTIONS = {
    "JPEG": {"quality": 88, "progressive": True, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 88},
}
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
}
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Picture:
    type: str
    data: bytes
    preview: bytes  # a still WebP
    width: int
    height: int
    moves: bool = False


def read(file: BinaryIO, name: str) -> Picture:
    """Decode a picture and make it anew. Pure, and slow: up to some seconds and 400 MB.

    Raises Invalid, in which `name` is what the person calls it.
    """
    told = {"name": name}
    try:
        with Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > PIXELS:
                raise Invalid(
                    _("“%(name)s” has more than %(most)d megapixels: make it smaller.")
                    % {**told, "most": PIXELS // 1_000_000}
                )
            if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
                return _moving(image, name)
            return _still(image)
    except Invalid:
        raise
    except Exception as fault:  # a decoder may raise anything over what was made to deceive it
        raise Invalid(_("“%(name)s” is damaged: no picture can be read from it.") % told) from fault


def _still(image: Image.Image) -> Picture:
    kept_as = KEPT_AS.get(image.format or "", "PNG")
    if kept_as == "JPEG":
        image.thumbnail((EDGE, EDGE))  # before it is decoded, which then costs less
    pixels = _plain(ImageOps.exif_transpose(image))
    pixels.thumbnail((EDGE, EDGE))
    return _made(pixels, _saved(pixels, kept_as, **OPTIONS[kept_as]), f"image/{kept_as.lower()}")


def _moving(image: Image.Image, name: str) -> Picture:
    """An animation, as WebP; its preview stands still."""
    frames: list[Image.Image] = []
    times: list[int] = []
    for frame in ImageSequence.Iterator(image):
        if len(frames) == FRAMES or image.width * image.height * len(frames) > MOVING_PIXELS:
            raise Invalid(
                _("“%(name)s” moves for too long: make it shorter or smaller.") % {"name": name}
            )
        times.append(min(max(int(frame.info.get("duration") or 100), 20), 10_000))
        frames.append(_plain(frame))
        frames[-1].thumbnail(PREVIEW)
    data = _saved(
        frames[0], "WEBP", quality=75, method=2, save_all=True, append_images=frames[1:],
        duration=times, loop=0,
    )  # fmt: skip
    return _made(frames[0], data, "image/webp", moves=True)


def _made(pixels: Image.Image, data: bytes, kind: str, *, moves: bool = False) -> Picture:
    small = pixels.copy()
    small.thumbnail(PREVIEW)
    preview = _saved(small, "WEBP", quality=80)
    return Picture(kind, data, preview, pixels.width, pixels.height, moves)


def _plain(image: Image.Image) -> Image.Image:
    """The pixels in sRGB, with nothing that was written beside them."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith("I"):
        image = image.convert("L")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that cannot be read: the colours are taken as they are
    pixels = image.convert(mode)
    pixels.info = {}
    return pixels


def _saved(pixels: Image.Image, kept_as: str, **options: object) -> bytes:
    made = BytesIO()
    pixels.save(made, kept_as, **options)
    return made.getvalue()
