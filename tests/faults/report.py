"""What the campaign prints, and how it ends."""

import argparse
import time
from pathlib import Path

from tests.benchmarks.table import show
from tests.faults.campaign import chosen, mutate, open_site, strike
from tests.faults.episode import Verdict
from tests.faults.mutations import MUTATIONS
from tests.faults.site import Site
from tests.faults.storm import storm

HEAD = (
    "fault", "operations", "acknowledged", "lost", "repeated", "reordered", "else wrong",
    "worst recovery s", "stalest s", "reconnects",
)  # fmt: skip


async def run(options: argparse.Namespace, folder: Path) -> int:
    """How the program ends: 0 where nothing is missing, or every broken build was caught."""
    began = time.monotonic()
    async with open_site(options.profile, folder) as site:
        if options.mutation:
            return await broken_builds(site, options)
        if options.storm:
            return await thousand(site, options)
        faults = chosen(options.profile, short=options.short, only=options.only)
        verdicts = await strike(site, faults, options.seed, tell, with_browsers=not options.short)
    _table(options, verdicts)
    took, came_back = time.monotonic() - began, sum(v.reconnects for v in verdicts)
    print(f"{came_back} reconnects, {took:.0f} s, seed {options.seed}", flush=True)
    return int(any(verdict.violations for verdict in verdicts))


async def broken_builds(site: Site, options: argparse.Namespace) -> int:
    names = list(MUTATIONS) if options.mutation == "all" else [options.mutation]
    verdicts = await mutate(site, names, options.seed, tell)
    rows = []
    for name, verdict in verdicts.items():
        broken = sorted({violation[:2] for violation in verdict.violations})
        rows.append([name, MUTATIONS[name].fault, MUTATIONS[name].caught_by, " ".join(broken)])
    show("Broken builds", ("mutation", "fault", "to be caught by", "caught by"), rows)
    return int(any(row[2] not in row[3] for row in rows))


async def thousand(site: Site, options: argparse.Namespace) -> int:
    """The table of a storm. Raises AssertionError where somebody did not come back whole."""
    found = await storm(site, options.storm)
    head = ("all pages cut at once", "joined after s", "back and whole after s", "MB before")
    row = (found.pages, f"{found.joined:.1f}", f"{found.back:.1f}", found.before)
    more = (found.open, found.peak, found.minute_after)
    title = f"A storm on the {options.profile} profile"
    show(title, (*head, "MB joined", "MB at the peak", "MB a minute after"), [(*row, *more)])
    print(f"{found.pages} reconnects", flush=True)
    return 0


def tell(verdict: Verdict) -> None:
    """A line as the campaign goes on, and all that was wrong."""
    counts = f"{verdict.acknowledged} of {verdict.operations} acknowledged"
    print(f"{verdict.fault}: {counts}", flush=True)
    for violation in verdict.violations[:12]:
        print(f"    {violation}", flush=True)


def _table(options: argparse.Namespace, verdicts: list[Verdict]) -> None:
    rows = [
        [
            v.fault, v.operations, v.acknowledged, v.lost, v.repeated, v.reordered, v.other,
            f"{v.recovery:.1f}", f"{v.stalest:.1f}", v.reconnects,
        ]
        for v in verdicts
    ]  # fmt: skip
    show(f"Faults on the {options.profile} profile", HEAD, rows)
