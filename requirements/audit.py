"""Look the locked packages up in the list of known vulnerabilities; `make check` calls this."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).resolve().parent / "base.txt"
UNREACHABLE = re.compile(r"connect|timed? ?out|http|network|service", re.IGNORECASE)


def main() -> None:
    packages = ask()
    known = [package for package in packages if "skip_reason" not in package]
    if not known:
        print("Not audited: the service that lists vulnerabilities cannot be reached from here.")
        return
    print(f"{len(known)} of {len(packages)} packages audited")
    if findings := [line for package in known for line in findings_of(package)]:
        sys.exit("\n".join(findings))


def ask() -> list[dict[str, Any]]:
    """What the service says of each package; nothing where it does not answer."""
    options = ["--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off"]
    told = subprocess.run(
        [sys.executable, "-m", "pip_audit", *options, "--requirement", LOCK],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.stdout:
        packages: list[dict[str, Any]] = json.loads(told.stdout)["dependencies"]
        return packages
    if not UNREACHABLE.search(told.stderr.strip().rpartition("\n")[2]):
        sys.exit(told.stderr)
    return []


def findings_of(package: dict[str, Any]) -> list[str]:
    name = f"{package['name']} {package['version']}"
    return [f"{name}: {each['id']}, fixed in {each['fix_versions']}" for each in package["vulns"]]


if __name__ == "__main__":
    main()
