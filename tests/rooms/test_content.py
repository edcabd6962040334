"""What a file is, whatever it is called; and a picture, whatever else was in it."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from rooms import content, pictures
from rooms.errors import Invalid
from tests.rooms.files import picture, upload

JPEG_APP1 = b"\xff\xe1"


def exif(**tags: object) -> Image.Exif:
    made = Image.Exif()
    made[0x0112] = tags.get("orientation", 1)
    made[0x010F] = "A camera with a serial number"
    made.get_ifd(0x8825)[1] = "N"
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_loses_all_that_the_camera_wrote(kind: str) -> None:
    data = picture(kind=kind, exif=exif()) + b"<script>alert(1)</script>"
    assert b"serial number" in data
    made = content.examine("photo.jpg", upload(data=data))
    kept = made.file.read()
    for part in (kept, made.preview):
        image = Image.open(BytesIO(part))
        assert not image.getexif()
        assert b"serial number" not in part
        assert b"<script>" not in part
    assert made.type == f"image/{kind.lower()}"


def test_a_comment_in_a_picture_is_not_kept() -> None:
    data = picture(kind="JPEG", comment=b"written by somebody")
    assert b"written by somebody" in data
    assert b"written by somebody" not in pictures.read(BytesIO(data), "photo.jpg").data


def test_a_picture_is_turned_upright() -> None:
    made = pictures.read(BytesIO(picture((60, 40), "JPEG", exif=exif(orientation=6))), "x.jpg")
    assert (made.width, made.height) == (40, 60)
    assert Image.open(BytesIO(made.data)).size == (40, 60)


def test_what_is_seen_through_stays_so() -> None:
    made = BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 128)).save(made, "PNG")
    kept = Image.open(BytesIO(pictures.read(made, "x.png").data))
    assert kept.getpixel((5, 5)) == (255, 0, 0, 128)


def test_a_large_picture_is_made_smaller_and_its_preview_small() -> None:
    made = pictures.read(BytesIO(picture((5000, 40), "JPEG")), "x.jpg")
    assert (made.width, Image.open(BytesIO(made.preview)).width) == (4096, 800)


def animation(frames: int, size: tuple[int, int] = (40, 30)) -> bytes:
    made = BytesIO()
    first, *others = [Image.effect_noise(size, 20 + n).convert("P") for n in range(frames)]
    first.save(made, "GIF", save_all=True, append_images=others, duration=80)
    return made.getvalue()


def test_an_animation_moves_and_its_preview_stands_still() -> None:
    made = content.examine("cat.gif", upload(data=animation(3)))
    kept = Image.open(BytesIO(made.file.read()))
    assert (made.name, made.type, made.moves) == ("cat.webp", "image/webp", True)
    assert getattr(kept, "n_frames", 1) == 3
    assert getattr(Image.open(BytesIO(made.preview)), "n_frames", 1) == 1


def test_an_animation_that_would_not_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FRAMES", 4)
    with pytest.raises(Invalid, match="moves for too long"):
        content.examine("cat.gif", upload(data=animation(5)))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has so many pixels, and unpacks to megabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * min((1 + width // 8) * 1000, 8_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (8_000, 6_300), (2**31 - 1, 1)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(Invalid, match=r"megapixels|damaged"):
        content.examine("x.png", upload(data=bomb(*size)))


@pytest.mark.parametrize(
    "data",
    [
        picture()[:200],
        picture(kind="JPEG")[:300],
        b"GIF89a/*" + b"\x00" * 100 + b"*/=alert(1)",
        b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>",
        b"\xff\xd8\xff\xe0<svg onload=alert(1)>",
        b"RIFF\x00\x00\x00\x00WEBP<?php",
        b"\x00\x00\x00\x20ftypavif" + b"\x00" * 100,
    ],
)
def test_what_only_begins_like_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="damaged"):
        content.examine("x.png", upload(data=data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<!doctype html><script>alert(1)</script>", content.ANYTHING),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', content.ANYTHING),
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"PK\x03\x04 ...", content.ANYTHING),
        (b"\x00\x00\x00\x18ftypisom....", "video/mp4"),
        (b"\x00\x00\x00\x18ftypheic....", content.ANYTHING),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf2\x81\x04B\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x9fB\x82\x88matroska", content.ANYTHING),
        (b"OggS....", "audio/ogg"),
        (b"x", content.ANYTHING),
    ],
)  # fmt: skip
def test_a_file_is_what_is_in_it(data: bytes, kind: str) -> None:
    made = content.examine("x.png", upload("x.png", data))
    assert (made.type, made.file.read(), made.preview) == (kind, data, b"")


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("../../x", "x"),
        ("C:\\windows\\plan.txt", "plan.txt"),
        ("a\r\nb.html", "a b.html"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066evil\u2069.txt", "evil.txt"),
        (".htaccess", "htaccess"),
        ('say "hi"<b>|?*.txt', "say _hi__b____.txt"),
        ("", "file"),
        ("\u200b\u200b", "file"),
        ("..", "file"),
        ("x\x00y.png", "xy.png"),
        ("g" * 300 + ".png", "g" * 96 + ".png"),
        ("東京の写真.jpg", "東京の写真.jpg"),
    ],
)
def test_a_name_is_no_path_and_deceives_nobody(name: str, tidied: str) -> None:
    assert content.tidy(name) == tidied
