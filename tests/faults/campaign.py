"""One profile's campaign: every fault after the other, on one site."""

import random
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from django.core.management import call_command

from tests.faults import database, kinds
from tests.faults.browsers import Browsers
from tests.faults.episode import Episode, Verdict
from tests.faults.fault import FAULTS, Fault
from tests.faults.mutations import MUTATIONS
from tests.faults.site import Site


@asynccontextmanager
async def open_site(profile: str, folder: Path, **environment: str) -> AsyncIterator[Site]:
    """A site with an empty, migrated database and running processes."""
    async with Site(profile, folder) as site:
        await database.ask(call_command, "migrate", interactive=False, verbosity=0)
        await site.start(**environment)
        yield site


def chosen(profile: str, *, short: bool = False, only: str = "") -> list[Fault]:
    """The faults that this profile can have, in the order of the table."""
    assert kinds.__all__
    return [
        fault
        for fault in FAULTS.values()
        if profile in fault.profiles and re.search(only, fault.name) and (fault.short or not short)
    ]


async def strike(
    site: Site,
    faults: Iterable[Fault],
    seed: str,
    tell: Callable[[Verdict], None],
    *,
    with_browsers: bool,
) -> list[Verdict]:
    """Each fault in an episode of its own; `tell` hears each verdict as it comes."""
    verdicts = []
    async with AsyncExitStack() as ends:
        browsers = Browsers(site.front)
        if with_browsers:
            await ends.enter_async_context(browsers)
        for fault in faults:
            random.seed(f"{seed} {fault.name}")
            episode = Episode(site, fault, seed, browsers if with_browsers else None)
            verdicts.append(await episode.run())
            tell(verdicts[-1])
    return verdicts


async def mutate(
    site: Site, names: Iterable[str], seed: str, tell: Callable[[Verdict], None]
) -> dict[str, Verdict]:
    """Each of these broken builds under the fault that should show it."""
    verdicts = {}
    for name in names:
        await site.restart(FAULTS_MUTATION=name)
        fault = next(f for f in chosen(site.profile) if f.name == MUTATIONS[name].fault)
        verdicts[name] = await Episode(site, fault, seed).run()
        tell(verdicts[name])
    return verdicts
