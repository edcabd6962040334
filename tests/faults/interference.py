"""Faults inside a server process, steered while it runs through a file that the campaign writes.

The file holds a JSON object: `drop`, `twice` and `late` are how likely an announcement is lost,
comes twice, comes up to two seconds later; `commit` how likely a COMMIT fails; `raises` a word at
which a handler raises.
"""

import asyncio
import json
import random
from pathlib import Path
from typing import Any

from channels.layers import InMemoryChannelLayer
from channels_redis.pubsub import RedisPubSubLoopLayer
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from rooms.realtime import bus, commands

LATE = 2.0


class Control:
    """What the file says now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stamp = -1
        self.said: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        stamp = self.path.stat().st_mtime_ns
        if stamp != self.stamp:
            self.said, self.stamp = json.loads(self.path.read_text()), stamp
        return self.said.get(name)

    def strikes(self, name: str) -> bool:
        return random.random() < (self[name] or 0.0)


def steer(path: Path, **said: Any) -> None:
    """Tell the process; from the campaign's side."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(said))
    fresh.replace(path)


def install(path: Path) -> None:
    control = Control(path)
    for layer in (InMemoryChannelLayer, RedisPubSubLoopLayer):
        _disturb_layer(layer, control)
    _disturb_line(control)
    _disturb_commits(control)
    _disturb_handlers(control)


def _disturb_layer(layer: Any, control: Control) -> None:
    send = layer.group_send
    later = set()

    async def after(seconds: float, *args: Any) -> None:
        await asyncio.sleep(seconds)
        await send(*args)

    async def group_send(self: Any, group: str, message: dict[str, Any]) -> None:
        if control.strikes("drop"):
            return
        if control.strikes("late"):
            task = asyncio.create_task(after(random.uniform(0.05, LATE), self, group, message))
            later.add(task)
            task.add_done_callback(later.discard)
            return
        await send(self, group, message)
        if control.strikes("twice"):
            await send(self, group, message)

    layer.group_send = group_send


def _disturb_line(control: Control) -> None:
    """What a process tells its own hub, which no layer carries."""
    put = bus.Line.put_here

    def put_here(self: bus.Line, event: dict[str, Any]) -> None:
        if control.strikes("drop"):
            return
        if control.strikes("late"):
            self.loop.call_later(random.uniform(0.05, LATE), put, self, event)
            return
        put(self, event)
        if control.strikes("twice"):
            put(self, event)

    line: Any = bus.Line
    line.put_here = put_here


def _disturb_commits(control: Control) -> None:
    wrapper: Any = BaseDatabaseWrapper
    commit = wrapper._commit

    def fail(self: Any) -> Any:
        if control.strikes("commit"):
            self._rollback()
            raise OperationalError("the database went away at COMMIT (by the campaign)")
        return commit(self)

    wrapper._commit = fail


def _disturb_handlers(control: Control) -> None:
    parse = commands.parse

    def stumble(text: str | None) -> Any:
        word = control["raises"]
        if word and word in (text or ""):
            raise RuntimeError("a handler raised (by the campaign)")
        return parse(text)

    commands.parse = stumble
