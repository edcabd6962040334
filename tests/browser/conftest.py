"""A real Chromium, and people who sit before it."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from accounts.models import User
from tests import provide
from tests.browser.person import Person
from tests.live import LiveServer

# Playwright's own list, which this one replaces, and two more: each context would load the address
# bar's suggestions, pages of their own, for three quarters of what it costs.
WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(WITHOUT)}",
]

type Browse = Callable[..., Person]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each module, because Playwright's loop must not run beside other tests' asyncio.

    Django sees that loop running and would refuse the ORM, which is used outside of it here.
    Pages are kept for going back to, as for real people, which Playwright would turn off.
    """
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=provide.chromium(),
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def unannounced(caplog: pytest.LogCaptureFixture) -> None:
    """Actions in this process reach no page but through the database: the bus cannot be had
    beside Playwright's loop, and says so each time."""
    caplog.set_level(logging.CRITICAL, "hubbub.bus")


@pytest.fixture
def browse(live: LiveServer, chromium: Browser) -> Iterator[Browse]:
    """`browse(user)` is that person's browser, `browse()` that of somebody not signed in; `at`
    another server than the usual one."""
    people: list[Person] = []

    def sit_down(user: User | None = None, at: LiveServer | None = None, **options: Any) -> Person:
        people.append(Person(chromium, at or live, user, **options))
        return people[-1]

    yield sit_down
    for person in people:
        person.leave()
