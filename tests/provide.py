"""Find the programs that tests run against; as a script, install through apt what is missing.

`provide.py` is for the tests; `faults`, `engines` or `messages` after it is for that suite.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

REDIS = ("redis-server", "valkey-server")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT = (
    "~/.cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "~/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


def main(suite: str = "tests") -> None:
    needs = SUITES[suite]
    absent = missing(needs)
    if absent and (become_root := apt_prefix()) is not None:
        print(f"Installing through apt: {' '.join(absent)}", flush=True)
        apt_install(become_root, absent)
        absent = missing(needs)
    if absent:
        sys.exit(advice(absent))


def missing(needs: dict[str, Callable[[], Path | None]]) -> list[str]:
    """The Debian packages, by name, whose programs are not here."""
    return [package for package, find in needs.items() if find() is None]


def redis() -> Path | None:
    return first_on_path(REDIS)


def postgresql() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version where there are several."""
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    newest_first = sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    on_path = [path.parent for path in [first_on_path(["initdb"])] if path]
    for folder in [*newest_first, *told_by_pg_config(), *on_path]:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    return None


def chromium() -> Path | None:
    """One that starts: Ubuntu has a `chromium-browser` that only says to install a snap."""
    named = (first_on_path([name]) for name in CHROMIUM)
    found = [path for path in [*named, newest_of_playwright()] if path]
    return next((path for path in found if starts(path)), None)


def gettext() -> Path | None:
    """What gathers texts and compiles translations."""
    return first_on_path(["msgmerge"]) if first_on_path(["xgettext"]) else None


def faketime() -> Path | None:
    """The library that shows one process another time of day."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)


def firefox() -> Path | None:
    return first_on_path(["firefox-esr", "firefox"])


def webkit() -> Path | None:
    """The driver; its browser comes with the library that it needs."""
    return first_on_path(["WebKitWebDriver"]) if minibrowser() else None


def minibrowser() -> Path | None:
    found = Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")
    return max(found, default=None)


def xvfb() -> Path | None:
    return first_on_path(["Xvfb"])


MESSAGES: dict[str, Callable[[], Path | None]] = {"gettext": gettext}
TESTS: dict[str, Callable[[], Path | None]] = {
    "redis-server": redis,
    "postgresql": postgresql,
    "chromium": chromium,
    "gettext": gettext,
}
ENGINES: dict[str, Callable[[], Path | None]] = {
    "chromium": chromium,
    "firefox-esr": firefox,
    "webkit2gtk-driver": webkit,
    "xvfb": xvfb,
}
SUITES = {
    "tests": TESTS,
    "faults": TESTS | {"faketime": faketime},
    "engines": ENGINES,
    "messages": MESSAGES,
}


def first_on_path(names: Iterable[str]) -> Path | None:
    found = (shutil.which(name) for name in names)
    return next((Path(path) for path in found if path), None)


def told_by_pg_config() -> list[Path]:
    if not shutil.which("pg_config"):
        return []
    told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
    return [Path(told.stdout.strip())] if told.returncode == 0 else []


def newest_of_playwright() -> Path | None:
    home = Path.home()
    found = [path for pattern in PLAYWRIGHT for path in home.glob(pattern.removeprefix("~/"))]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def starts(program: Path) -> bool:
    told = subprocess.run([program, "--version"], capture_output=True, check=False)
    return told.returncode == 0


def apt_prefix() -> list[str] | None:
    """What to put before `apt-get` so that it may install; None where nobody may."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if not shutil.which("sudo"):
        return None
    allowed = subprocess.run([*sudo, "true"], capture_output=True, check=False)
    return sudo if allowed.returncode == 0 else None


def apt_install(become_root: list[str], packages: list[str]) -> None:
    """Quiet unless it fails: what apt said is then shown."""
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    apt += ["-o", "DPkg::Lock::Timeout=120"]
    for step in (["update"], ["install", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *step], capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout, done.stderr, sep="", file=sys.stderr)


def advice(absent: list[str]) -> str:
    lines = [f"The tests need programs that are not installed here: {', '.join(absent)}."]
    lines += [f"  Debian, Ubuntu:  sudo apt-get install {' '.join(absent)}"]
    if "chromium" in absent:
        lines += ["  or, for Chromium alone:  .venv/bin/python -m playwright install chromium"]
    return "\n".join([*lines, "Then run make again."])


if __name__ == "__main__":
    main(*sys.argv[1:])
