"""Announcements that do not come as they were made, and what is announced and then not done."""

from collections.abc import AsyncIterator

from tests.faults.episode import Episode
from tests.faults.fault import fault


@fault("publishes dropped", short=True)
async def dropped(episode: Episode) -> AsyncIterator[None]:
    episode.site.steer(drop=0.5)
    yield
    episode.site.steer()


@fault("publishes duplicated")
async def duplicated(episode: Episode) -> AsyncIterator[None]:
    episode.site.steer(twice=0.7)
    yield
    episode.site.steer()


@fault("publishes delayed and reordered")
async def reordered(episode: Episode) -> AsyncIterator[None]:
    episode.site.steer(late=0.6)
    yield
    episode.site.steer()


@fault(
    "commits fail",
    expected=("the database went away at COMMIT", "django.request: Service Unavailable"),
    short=True,
)
async def uncommitted(episode: Episode) -> AsyncIterator[None]:
    episode.site.steer(commit=0.4)
    yield
    episode.site.steer()
