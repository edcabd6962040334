"""A release put in the place of another while people talk."""

import signal
from collections.abc import AsyncIterator

from tests.faults import database, upgrade
from tests.faults.episode import Episode
from tests.faults.fault import fault
from tests.faults.kinds.processes import CUT_SHORT


@fault("a migration, old and new code together", lasts=2.0, expected=CUT_SHORT)
async def migrated(episode: Episode) -> AsyncIterator[None]:
    """The migration under the old code; then one process after the other with the new one."""
    await database.ask(upgrade.migrate)
    processes = episode.site.processes
    await processes[0].end(signal.SIGTERM)
    await processes[0].start(FAULTS_RELEASE="next")
    yield
    for process in processes:
        await process.end(signal.SIGTERM)
        await process.start()
    await database.ask(upgrade.revert)
