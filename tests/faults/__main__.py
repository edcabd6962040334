"""`python -m tests.faults`: harm a site in every way, and look whether anything is missing.

Prints a table for each profile, and ends with 1 if any promise was broken. Everything runs on this
machine's loopback, on private servers and databases, and leaves nothing behind. `--seed` (or SEED
in the environment) repeats what people said and when; not what the machine made of it.
"""

import argparse
import asyncio
import atexit
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path

from tests.faults.environment import prepare
from tests.servers import start_sweeper

# Side by side first, as each waits most of the time; the storm has the machine to itself.
LANES = (
    (("--profile", "embedded", "--mutation", "all"), ("--profile", "embedded")),
    (("--profile", "scaled"),),
)
STORM = ("--profile", "embedded", "--storm", "1000")


def main() -> None:
    options = arguments().parse_args()
    if options.profile == "both":
        sys.exit(everything(options.seed))
    folder = Path(tempfile.mkdtemp(prefix="hubbub-faults-"))
    atexit.register(start_sweeper(folder).stop)
    prepare(options.profile, folder)
    from tests.faults import report

    print(f"The campaign of faults, {options.profile}, seed {options.seed}", flush=True)
    sys.exit(asyncio.run(report.run(options, folder)))


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))
    parser.add_argument("--profile", choices=["both", "embedded", "scaled"], default="both")
    parser.add_argument("--seed", default=seed)
    parser.add_argument("--short", action="store_true", help="the campaign's small form")
    parser.add_argument("--only", default="", help="faults with these words in their name")
    parser.add_argument("--mutation", default="", help="one broken build, or `all`")
    parser.add_argument("--storm", type=int, default=0, help="so many pages cut off at once")
    return parser


def everything(seed: str) -> int:
    """Both profiles and every broken build, then the storm. Each part prints when it is over."""
    began = time.monotonic()
    with ThreadPoolExecutor() as lanes:
        done = [*chain.from_iterable(lanes.map(partial(in_turn, seed), LANES))]
    done += in_turn(seed, [STORM])
    came_back = sum(
        int(n) for part in done for n in re.findall(r"^(\d+) reconnects", part.stdout, re.M)
    )
    failed = [" ".join(part.args[5:]) for part in done if part.returncode]
    took = (time.monotonic() - began) / 60
    print(f"In all {came_back} reconnects in {took:.1f} minutes, seed {seed}.")
    print(f"Failed: {', '.join(failed)}." if failed else "Nothing is missing.", flush=True)
    return int(bool(failed))


def in_turn(
    seed: str, parts: Iterable[tuple[str, ...]]
) -> "list[subprocess.CompletedProcess[str]]":
    done = []
    for part in parts:
        command = [sys.executable, "-m", "tests.faults", "--seed", seed, *part]
        done.append(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False))
        print(done[-1].stdout, flush=True)
    return done


if __name__ == "__main__":
    main()
