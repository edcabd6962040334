"""Processes of the product that die, end, stop, stumble."""

import signal
from collections.abc import AsyncIterator

from tests.faults.episode import Episode
from tests.faults.fault import SCALED, fault
from tests.faults.history import Outcome

# What a request that its server leaves in the lurch makes daphne and asyncio say.
CUT_SHORT = (
    r"daphne\..*took too long to shut down",
    r"asyncio: Task was destroyed",
    "Cancelled",
    "Unavailable: /readyz",
)


@fault("nothing at all", short=True)
async def nothing(episode: Episode) -> AsyncIterator[None]:
    """The campaign itself must not be what breaks."""
    yield


@fault("SIGKILL of a process under load", short=True)
async def killed(episode: Episode) -> AsyncIterator[None]:
    process = episode.site.processes[0]
    await process.end(signal.SIGKILL)
    yield
    await process.start()


@fault("SIGTERM of a process under load", expected=CUT_SHORT)
async def ended(episode: Episode) -> AsyncIterator[None]:
    process = episode.site.processes[0]
    await process.end(signal.SIGTERM)
    yield
    await process.start()


@fault(
    "rolling restart of both processes",
    lasts=0.5,
    profiles=(SCALED,),
    expected=CUT_SHORT,
    seamless=True,
)
async def rolled(episode: Episode) -> AsyncIterator[None]:
    for process in episode.site.processes:
        await process.end(signal.SIGTERM)
        await process.start()
    yield


@fault("a process frozen (SIGSTOP)", lasts=5.0)
async def frozen(episode: Episode) -> AsyncIterator[None]:
    process = episode.site.processes[0]
    process.send(signal.SIGSTOP)
    process.ready = False
    yield
    process.send(signal.SIGCONT)


@fault("a handler that raises", expected=("a handler raised",))
async def raising(episode: Episode) -> AsyncIterator[None]:
    """Everything that comes over a socket from ann raises, and is said to have gone wrong."""
    episode.site.steer(raises=" ann ")
    yield
    episode.site.steer()


@fault("edited while all are away", lasts=0.0, short=True)
async def away(episode: Episode) -> AsyncIterator[None]:
    """Messages are edited and removed while no page is open, and no process remembers it."""
    site, streams = episode.site, episode.history.streams
    await episode.until(lambda: all(len(s.rows) > 15 for s in streams), "there is much to edit")
    site.front.block()
    done = len(changes(episode))
    await episode.until(lambda: len(changes(episode)) >= done + 6, "six changes")
    for process in site.processes:
        await process.end(signal.SIGKILL)
    for process in site.processes:
        await process.start()
    yield
    site.front.mend()


def changes(episode: Episode) -> list[str]:
    """The edits and removals that were acknowledged."""
    done = [op for op in episode.history.operations if op.outcome is Outcome.ACKNOWLEDGED]
    return [op.text for op in done if op.kind in ("edit", "remove")]
