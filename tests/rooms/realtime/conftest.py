"""Two processes joined by a Redis of their own, started once for all who use them."""

from collections.abc import Iterator

import pytest

from tests.live import LiveServer
from tests.servers import start_redis

type Pair = tuple[LiveServer, LiveServer]


@pytest.fixture(scope="session")
def _pair(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    redis = start_redis(tmp_path_factory.mktemp("pair") / "redis")
    with LiveServer(REDIS_URL=redis.url) as one, LiveServer(REDIS_URL=redis.url) as two:
        yield one, two
    redis.stop()


@pytest.fixture
def pair(transactional_db: None, _pair: Pair) -> Pair:
    """The two on the test's database; the cast comes after them."""
    return _pair
