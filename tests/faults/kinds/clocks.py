"""Clocks that disagree."""

import signal
from collections.abc import AsyncIterator

from tests.faults.episode import Episode
from tests.faults.fault import fault
from tests.faults.process import faketime


@fault("clocks two hours apart", lasts=4.0)
async def apart(episode: Episode) -> AsyncIterator[None]:
    """One process lives an hour ago and one an hour ahead (a single one two); then all is well."""
    processes = episode.site.processes
    offsets = ("-1h", "+1h") if len(processes) == 2 else ("+2h",)
    for process, offset in zip(processes, offsets, strict=True):
        await process.end(signal.SIGKILL)
        await process.start(**faketime(offset))
    yield
    for process in processes:
        await process.end(signal.SIGKILL)
        await process.start()
