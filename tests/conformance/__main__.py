"""`make conformance`: the Autobahn suite against the product's server (RFC 6455).

The suite runs on Python 2.7 alone; it gets an environment of its own in var/conformance. Cases of
compression are left out, as the server offers none. Ends with 1 for a failure that is not in KNOWN.
"""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "conformance"
WSTEST = FOLDER / "suite" / "bin" / "wstest"
PINNED = ("virtualenv==20.15.1", "autobahntestsuite==0.8.2")
ENVIRONMENT = {
    "HUBBUB_ENV_FILE": "",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "of no other use",
    "DATABASE_URL": "sqlite://:memory:",
    "REDIS_URL": "",
    "PYTHONPATH": str(ROOT),
}
TIMEOUT = 1_200.0
PASSED = {"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"}
EMPTY = "daphne sends no empty message"
KNOWN = dict.fromkeys(("1.1.1", "1.2.1", "6.1.1", "6.1.2", "9.7.1", "9.8.1"), EMPTY)


def main() -> int:
    os.environ |= ENVIRONMENT
    install()
    cases = run()
    failed = {name: case for name, case in cases.items() if not passed(case)}
    for name, case in failed.items():
        words = KNOWN.get(name, "NOT KNOWN")
        print(f"{name}: {case['behavior']}, close {case['behaviorClose']}: {words}")
    print(f"{len(cases)} cases, {len(cases) - len(failed)} passed, {len(failed)} failed.")
    return int(not cases or not failed.keys() <= KNOWN.keys())


def passed(case: dict[str, str]) -> bool:
    return {case["behavior"], case["behaviorClose"]} <= PASSED


def install() -> None:
    """Make the suite's environment where it is not there yet."""
    if WSTEST.exists():
        return
    python = python2() or sys.exit("The suite needs Python 2.7 (`python2.7`); there is none here.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    tools = FOLDER / "tools"
    for command, path in (
        ([python, "-m", "pip", "install", "-q", "--target", str(tools), PINNED[0]], ""),
        ([python, "-m", "virtualenv", "-q", str(FOLDER / "suite")], str(tools)),
        ([str(FOLDER / "suite" / "bin" / "pip"), "install", "-q", PINNED[1]], ""),
    ):
        environment = {**os.environ, "PYTHONPATH": path}
        subprocess.run(command, check=True, capture_output=True, env=environment)


def python2() -> str | None:
    """A Python 2.7: on the path, or one of pyenv's that is not chosen here."""
    found = [shutil.which("python2.7"), *Path.home().glob(".pyenv/versions/2.7*/bin/python2.7")]
    for python in map(str, filter(None, found)):
        with suppress(OSError, subprocess.CalledProcessError):
            subprocess.run([python, "-m", "pip", "--version"], check=True, capture_output=True)
            return python
    return None


def run() -> dict[str, dict[str, str]]:
    """What the suite reports of each case."""
    reports = FOLDER / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    port = free_port()
    spec = FOLDER / "spec.json"
    target = {"agent": "hubbub", "url": f"ws://127.0.0.1:{port}"}
    asked = {"cases": ["*"], "exclude-cases": ["12.*", "13.*"], "exclude-agent-cases": {}}
    spec.write_text(json.dumps({"outdir": str(reports), "servers": [target], **asked}))
    echo = [sys.executable, "-m", "tests.conformance.echo", str(port)]
    suite = [str(WSTEST), "-m", "fuzzingclient", "-s", str(spec)]
    with (
        (FOLDER / "echo.log").open("wb") as log,
        subprocess.Popen(echo, stdout=subprocess.PIPE, stderr=log) as server,
    ):
        try:
            assert server.stdout is not None
            server.stdout.readline()  # it listens
            subprocess.run(suite, check=True, stdout=subprocess.DEVNULL, timeout=TIMEOUT)
        finally:
            server.kill()
    found: dict[str, dict[str, dict[str, str]]] = json.loads((reports / "index.json").read_text())
    return found["hubbub"]


if __name__ == "__main__":
    sys.exit(main())
