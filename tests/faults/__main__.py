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
from pathlib import Path

from tests.faults.environment import prepare
from tests.servers import start_sweeper

PARTS = (
    ("--profile", "embedded"),
    ("--profile", "scaled"),
    ("--profile", "embedded", "--mutation", "all"),
    ("--profile", "embedded", "--storm", "1000"),
)


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
    """Both profiles, every broken build, and the storm, one after the other."""
    began, reconnects, failed = time.monotonic(), 0, []
    for part in PARTS:
        command = [sys.executable, "-m", "tests.faults", "--seed", seed, *part]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                if found := re.match(r"(\d+) reconnects", line):
                    reconnects += int(found[1])
        failed += [" ".join(part)] if process.returncode else []
    took = (time.monotonic() - began) / 60
    print(f"In all {reconnects} reconnects in {took:.1f} minutes, seed {seed}.")
    print(f"Failed: {', '.join(failed)}." if failed else "Nothing is missing.", flush=True)
    return int(bool(failed))


if __name__ == "__main__":
    main()
