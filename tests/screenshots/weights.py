"""What each page weighs, and what Lighthouse says of it: `make weights`.

A page is opened with an empty cache. Raw is what came; gzip what comes to a browser that takes
it (level 6). Lighthouse comes from npm, once, into var/lighthouse; where there is no npm,
its columns stay empty.
"""

import gzip
import json
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, Response, sync_playwright

from tests import provide
from tests.benchmarks.table import show
from tests.browser.conftest import ARGUMENTS
from tests.live import ROOT
from tests.screenshots.sheet import sign_in
from tests.screenshots.site import ROOM, Site

FOLDER = ROOT / "var" / "lighthouse"
PINNED = "lighthouse@12.8.2"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
FLAGS = " ".join(["--headless=new", *ARGUMENTS])
CATEGORIES = ("performance", "accessibility", "best-practices")
PAGES = {
    "the front page": ("", "/"),
    "signing in": ("", "/accounts/login/"),
    "signing up": ("", "/accounts/signup/"),
    "the list of rooms": ("user2", "/rooms/"),
    "a room": ("user2", ROOM),
    "a day": ("user2", f"{ROOM}messages/150/day/"),
    "the calendar": ("user2", f"{ROOM}history/"),
    "members": ("user2", f"{ROOM}members/"),
    "a room's settings": ("user1", f"{ROOM}settings/"),
    "a room's log": ("user1", f"{ROOM}log/"),
    "search": ("user2", "/search/?q=the"),
    "mentions": ("user2", "/mentions/"),
}
KINDS = ("document", "stylesheet", "script")
HEAD = (
    "page", "requests", "HTML KB", "gzip", "CSS KB", "gzip", "script KB", "gzip",
    "performance", "accessibility", "best practices",
)  # fmt: skip


def main() -> None:
    lighthouse = install()
    rows = []
    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=provide.chromium(), args=ARGUMENTS)
        for name, (who, path) in PAGES.items():
            cells, cookies, address = weigh(browser, site, who, path)
            scores = judge(address, cookies) if lighthouse else [""] * len(CATEGORIES)
            rows.append([name, *cells, *scores])
        browser.close()
    show("Weights, and Lighthouse's scores of 100", HEAD, rows)


def weigh(browser: Browser, site: Site, who: str, path: str) -> tuple[list[str], str, str]:
    """The page's cells, the cookies that it was opened with, and where the path leads."""
    context = browser.new_context(base_url=site.url)
    sign_in(context, who)
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    address = context.request.get(path).url.partition("#")[0]
    page, answers = context.new_page(), list[Response]()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="load")
    raw: defaultdict[str, int] = defaultdict(int)
    small: defaultdict[str, int] = defaultdict(int)
    for answer in answers:
        kind, body = answer.request.resource_type, answer.body()
        raw[kind] += len(body)
        small[kind] += len(gzip.compress(body, 6))
    context.close()
    sizes = [f"{sizes[kind] / 1e3:.1f}" for kind in KINDS for sizes in (raw, small)]
    return [str(len(answers)), *sizes], cookies, address


def install() -> bool:
    """Whether Lighthouse is there, after it was fetched where that was possible."""
    npm = shutil.which("npm")
    if npm and not PROGRAM.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--silent", "--prefix", str(FOLDER)]
        subprocess.run([npm, "install", *options, PINNED], check=True)
    return PROGRAM.exists()


def judge(address: str, cookies: str) -> list[str]:
    report = Path(FOLDER) / "report.json"
    chromium = str(provide.chromium())
    command = [
        *(str(PROGRAM), address, "--output=json", f"--output-path={report}", "--quiet"),
        *(f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"),
        f"--extra-headers={json.dumps({'Cookie': cookies})}",
    ]
    environment = {**os.environ, "CHROME_PATH": chromium}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    scores = json.loads(report.read_text())["categories"]
    return [f"{100 * scores[name]['score']:.0f}" for name in CATEGORIES]
