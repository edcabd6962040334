"""The campaign's small form on the tests' own profile; `make faults` runs all of it."""

import os
import re
import subprocess
import sys

import pytest

from tests.live import ROOT


def campaign(*options: str) -> "subprocess.CompletedProcess[str]":
    """The program, on servers of its own: it breaks them, so nobody else may use them."""
    command = [sys.executable, "-m", "tests.faults", "--profile", os.environ["PROFILE"], *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_nothing_is_missing_after_a_few_faults() -> None:
    done = campaign("--short", "--only", "all are away|dropped|membership removed$")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^\| [\w ]+\| +(\d+) \| +(\d+) \|", done.stdout, re.MULTILINE)
    assert len(rows) == 3
    assert all(int(operations) > 20 for operations, _ in rows)


@pytest.mark.once
def test_a_broken_build_is_caught() -> None:
    """One that is cheap to try, on one process; `make faults` tries all of them."""
    done = campaign("--profile", "embedded", "--mutation", "no unique nonce")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"no unique nonce .* I1 \|$", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.once
def test_every_broken_build_breaks_something_that_is_there() -> None:
    code = (
        "import django; django.setup()\n"
        "from tests.faults.mutations import MUTATIONS\n"
        "for mutation in MUTATIONS.values(): mutation.apply()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
