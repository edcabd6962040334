"""A disk without room."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from tests.faults.episode import Episode
from tests.faults.fault import fault
from tests.faults.kinds.postgresql import NO_DATABASE

STEP = 64 * 1024
FULL = (
    r"database or disk is full",
    r"disk I/O error",
    r"No space left",
    r"free disk space",
    *NO_DATABASE,
)


@fault("the disk full", lasts=4.0, expected=FULL)
async def full(episode: Episode) -> AsyncIterator[None]:
    """The databases' own small disk, filled to the last byte, then emptied."""
    site = episode.site
    assert site.mounted, "this fault needs a small disk, and so the right to mount one"
    filler = site.disk / "filler"
    await asyncio.to_thread(_fill, filler)
    yield
    filler.unlink()
    if site.postgresql is not None and site.postgresql.process.poll() is not None:
        await site.start_postgresql()


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while shutil.disk_usage(filler.parent).free:
            file.write(bytes(STEP))
