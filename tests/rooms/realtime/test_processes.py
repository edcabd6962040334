"""Two processes joined by Redis, on either database; and by the database alone when Redis dies."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from channels.layers import channel_layers, get_channel_layer
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from rooms.models import Room
from rooms.realtime import bus
from rooms.realtime.hub import TICK
from tests.live import LiveServer
from tests.rooms.realtime.test_closing import Person, end_of
from tests.servers import Server, start_redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    server = start_redis(tmp_path / "redis")
    yield server
    server.stop()


@pytest.fixture
def processes(transactional_db: None, redis: Server) -> Iterator[tuple[LiveServer, LiveServer]]:
    with LiveServer(REDIS_URL=redis.url) as one, LiveServer(REDIS_URL=redis.url) as two:
        yield one, two


def test_what_is_said_at_one_process_is_heard_at_the_other(
    pair: tuple[LiveServer, LiveServer], lobby: Room, alice: User, bob: User
) -> None:
    one, two = pair
    with one.socket("/ws/chat/lobby/", alice) as hers, two.socket("/ws/chat/lobby/", bob) as his:
        hers.resume(), his.resume()
        hers.say("from one")
        his.until("from one")
        his.say("from two")
        hers.until("from two")
        hers.told("2 here")


def test_leaving_at_one_process_closes_the_page_at_the_other(
    pair: tuple[LiveServer, LiveServer], lobby: Room, bob: User
) -> None:
    one, two = pair
    with Person(one, bob) as person, two.socket("/ws/chat/lobby/", bob) as page:
        page.resume()
        person.post("/rooms/lobby/leave/")
        assert end_of(page) == 4403


def test_a_suspension_at_one_process_closes_every_page_at_the_other(
    pair: tuple[LiveServer, LiveServer], lobby: Room, bob: User, ada: User
) -> None:
    one, two = pair
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    with (
        Person(one, ada) as staff,
        two.socket("/ws/chat/lobby/", bob) as page,
        two.socket("/ws/person/", bob) as list_of_rooms,
    ):
        page.resume(), list_of_rooms.resume()
        begun = time.monotonic()
        staff.post("/people/bob/suspend/", until=day, reason="Spam")
        assert [end_of(page), end_of(list_of_rooms)] == [4401, 4401]
        assert time.monotonic() - begun < TICK
        assert "Spam" in page.frames[-1]
        with two.socket("/ws/chat/lobby/", bob) as again:
            assert again.closed() == 4401


def test_without_redis_pages_follow_through_the_database(
    processes: tuple[LiveServer, LiveServer], redis: Server, lobby: Room, alice: User, bob: User
) -> None:
    one, two = processes
    with one.socket("/ws/chat/lobby/", alice) as hers, two.socket("/ws/chat/lobby/", bob) as his:
        hers.resume(), his.resume()
        redis.stop()
        hers.say("is anybody there?")
        hers.say("and again")
        his.until("and again")
        hers.until("and again")
    heard = "".join(his.frames)
    assert heard.count("is anybody there?") == heard.count("and again") == 1


def test_a_line_that_hears_nothing_subscribes_anew(redis: Server) -> None:
    """The layer is made deaf behind its back, as by a half-open connection: no fault shows."""

    async def scene() -> None:
        line = bus.Line()
        tasks = [asyncio.create_task(work) for work in (line.send(), line.listen())]
        begun = line.heard_itself
        await until(lambda: line.heard_itself > begun, line)
        for shard in get_channel_layer()._get_layer()._shards:
            await shard._pubsub.unsubscribe()
        deaf_since = line.heard_itself = time.monotonic() - bus.DEAF
        await until(lambda: line.heard_itself > deaf_since + bus.DEAF, line)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await get_channel_layer().flush()

    settings = {"hosts": [{"address": redis.url, "socket_timeout": 5}], "prefix": "deaf"}
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": settings}
    with override_settings(CHANNEL_LAYERS={"default": layer}):
        channel_layers.backends.clear()
        asyncio.run(scene())
    channel_layers.backends.clear()


async def until(condition: Callable[[], bool], line: bus.Line) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await line.check()
            await asyncio.sleep(0.1)
