"""Every page and state, wide and narrow, light and dark, also in Arabic, on one sheet.

`make screenshots`; `make screenshots LANGUAGE_CODE=ar` for a site that is Arabic throughout.

Words after it choose the states whose names have one of them.
"""

import shutil
from html import escape
from itertools import product

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from rooms.seeding.people import PASSWORD
from tests import provide
from tests.browser.conftest import ARGUMENTS
from tests.live import ROOT
from tests.screenshots.site import Site
from tests.screenshots.states import STATES, State

FOLDER = ROOT / "var" / "screenshots"
LOOKS = [
    *product([1280, 390], ["light", "dark"], [settings.LANGUAGE_CODE]),
    (1280, "light", "ar"),
    (390, "dark", "ar"),
]
SHEET = """<!doctype html><meta charset="utf-8"><title>Hubbub, every page</title>
<style>body{{font:14px system-ui;margin:1rem;background:#888;color:#000}}
section{{display:flex;gap:1rem;align-items:start;overflow-x:auto}}img{{block-size:24rem}}</style>
{sections}"""


def main(*words: str) -> None:
    chosen = [state for state in STATES if not words or any(word in state.name for word in words)]
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with Site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=provide.chromium(), args=ARGUMENTS)
        for look in LOOKS:
            shoot(browser, site, chosen, *look)
        browser.close()
    sections = [section(number, state) for number, state in enumerate(chosen)]
    (FOLDER / "index.html").write_text(SHEET.format(sections="\n".join(sections)))
    print(f"{len(chosen) * len(LOOKS)} pictures: {FOLDER / 'index.html'}")


def shoot(
    browser: Browser, site: Site, states: list[State], width: int, scheme: str, language: str
) -> None:
    """One picture of each state; a person keeps one browser for all of them."""
    people: dict[str, BrowserContext] = {}
    for number, state in enumerate(states):
        if state.who not in people:
            people[state.who] = browser.new_context(
                base_url=site.url,
                color_scheme=scheme,  # type: ignore[arg-type]
                viewport={"width": width, "height": 844},
                locale=language,
                reduced_motion="reduce",
            )
            sign_in(people[state.who], state.who)
        page = people[state.who].new_page()
        page.goto(state.path)
        if page.locator("body[hx-ws\\:connect] #connection").count():
            page.locator("#connection.live").wait_for(state="attached")
        if state.act:
            state.act(page, site)
        page.screenshot(path=FOLDER / name(number, width, scheme, language))
        page.close()
    for context in people.values():
        context.close()


def sign_in(context: BrowserContext, who: str) -> None:
    if who:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("[name=login]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/rooms/**")
        page.close()


def section(number: int, state: State) -> str:
    pictures = [f'<a href="{file}"><img src="{file}" alt=""></a>' for file in files(number)]
    return f"<h2>{escape(state.name)}</h2><section>{''.join(pictures)}</section>"


def files(number: int) -> list[str]:
    return [name(number, *look) for look in LOOKS]


def name(number: int, width: int, scheme: str, language: str) -> str:
    return f"{number:02}-{width}-{scheme}-{language}.png"
