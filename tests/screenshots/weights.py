"""What each page weighs, and what Lighthouse says of it: `make weights`.

A page is opened with an empty cache. Raw is what came; gzip what comes to a browser that takes
it (level 6). Lighthouse comes from npm, once, into var/lighthouse; where there is no npm,
its columns stay empty.
"""

import gzip
import json
import shutil
import subprocess
from collections import defaultdict
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Playwright, Response, sync_playwright

from tests import provide
from tests.benchmarks.table import show
from tests.browser.conftest import ARGUMENTS
from tests.live import ROOT, free_port
from tests.screenshots.sheet import sign_in
from tests.screenshots.site import ROOM, Site

FOLDER = ROOT / "var" / "lighthouse"
PINNED = "lighthouse@12.8.2"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
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
            cells, address = weigh(browser, site, who, path)
            scores = judge(playwright, address, who) if lighthouse else [""] * len(CATEGORIES)
            rows.append([name, *cells, *scores])
        browser.close()
    show("Weights, and Lighthouse's scores of 100", HEAD, rows)


def weigh(browser: Browser, site: Site, who: str, path: str) -> tuple[list[str], str]:
    """The page's cells, and where the path leads."""
    context = browser.new_context(base_url=site.url)
    sign_in(context, who)
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
    return [str(len(answers)), *sizes], address


def install() -> bool:
    """Whether Lighthouse is there, after it was fetched where that was possible."""
    npm = shutil.which("npm")
    if npm and not PROGRAM.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-audit", "--no-fund", "--silent", "--prefix", str(FOLDER)]
        subprocess.run([npm, "install", *options, PINNED], check=True)
    return PROGRAM.exists()


def judge(playwright: Playwright, address: str, who: str) -> list[str]:
    """Lighthouse's scores, in a browser that is signed in: a socket is sent no extra headers."""
    report, port = FOLDER / "report.json", free_port()
    with TemporaryDirectory() as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=provide.chromium(),
            args=[*ARGUMENTS, f"--remote-debugging-port={port}"],
            base_url=address,
        )
        sign_in(context, who)
        command = [
            *(str(PROGRAM), address, "--output=json", f"--output-path={report}", "--quiet"),
            *(f"--port={port}", f"--only-categories={','.join(CATEGORIES)}"),
        ]
        for is_last in (False, False, True):  # it asks for it where a trace begins too late
            done = subprocess.run(command, check=is_last, stdout=subprocess.DEVNULL)
            if done.returncode == 0:
                break
        context.close()
    scores = json.loads(report.read_text())["categories"]
    return [f"{100 * scores[name]['score']:.0f}" for name in CATEGORIES]
