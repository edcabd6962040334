"""Files such as people send."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(size: tuple[int, int] = (64, 48), kind: str = "PNG", **options: Any) -> bytes:
    made = BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(made, kind, **options)
    return made.getvalue()


def upload(name: str = "garden.png", data: bytes | None = None) -> SimpleUploadedFile:
    """`data` None is a small picture; what a browser says it is counts for nothing."""
    return SimpleUploadedFile(name, picture() if data is None else data, "image/png")
