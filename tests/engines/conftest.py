"""The three engines, and people who sit before them."""

import logging
from collections.abc import Callable, Iterator

import pytest
import requests
from django.conf import settings

from accounts.models import User
from tests.browser.person import CSRF
from tests.engines.chromium import Chromium
from tests.engines.engine import Engine
from tests.engines.firefox import Firefox
from tests.engines.tab import Tab
from tests.engines.wall import Wall
from tests.engines.webkit import WebKit
from tests.live import LiveServer, session_of

ENGINES: dict[str, type[Engine]] = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}

type Browse = Callable[..., Tab]
type Say = Callable[..., None]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = ENGINES[request.param]()
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def unannounced(caplog: pytest.LogCaptureFixture) -> None:
    """As in tests/browser: actions in this process reach pages through the database alone."""
    caplog.set_level(logging.CRITICAL, "hubbub.bus")


@pytest.fixture
def browse(live: LiveServer, engine: Engine) -> Iterator[Browse]:
    """`browse(user)` is a page of that person's, `browse()` one of somebody not signed in."""
    tabs: list[Tab] = []

    def sit_down(user: User | None = None, base: str = "", script: bool = True) -> Tab:
        tabs.append(tab := engine.tab(base or live.url, script))
        if user is not None:
            tab.sign_in(settings.SESSION_COOKIE_NAME, session_of(user))
        return tab

    yield sit_down
    for tab in tabs:
        tab.close()


@pytest.fixture
def say(live: LiveServer) -> Say:
    """`say(user, "text")` in the lobby, as another browser's form does."""

    def post(user: User, text: str, path: str = "/rooms/lobby/messages/") -> None:
        cookies = {
            settings.SESSION_COOKIE_NAME: session_of(user),
            settings.CSRF_COOKIE_NAME: CSRF,
        }
        answer = requests.post(
            live.url + path,
            {"message": text},
            cookies=cookies,
            headers={"X-CSRFToken": CSRF, "Referer": live.url},
            allow_redirects=False,
            timeout=20,
        )
        assert answer.status_code < 400, answer.text

    return post


@pytest.fixture
def wall(live: LiveServer) -> Iterator[Wall]:
    wall = Wall(live.port)
    yield wall
    wall.close()
