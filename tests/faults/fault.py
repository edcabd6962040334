"""What a fault is: a disturbance, and its end."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.episode import Episode

EMBEDDED, SCALED = "embedded", "scaled"
BOTH = (EMBEDDED, SCALED)

type Disturbance = Callable[["Episode"], AbstractAsyncContextManager[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`strike` disturbs on entry and recovers on exit; between the two, `lasts` seconds pass.

    `expected` are patterns of log entries that are this fault itself, seen from within.
    `short` ones make up the campaign's small form. Through a `seamless` one every send succeeds,
    and no reader is stale for long.
    """

    name: str
    strike: Disturbance
    lasts: float
    profiles: tuple[str, ...]
    expected: tuple[str, ...]
    short: bool
    seamless: bool


FAULTS: dict[str, Fault] = {}


def fault(
    name: str,
    *,
    lasts: float = 3.0,
    profiles: tuple[str, ...] = BOTH,
    expected: tuple[str, ...] = (),
    short: bool = False,
    seamless: bool = False,
) -> Callable[[Callable[["Episode"], AsyncIterator[None]]], Disturbance]:
    """Register an async generator (disturb, yield, recover) under its name in the table."""

    def register(generator: Callable[["Episode"], AsyncIterator[None]]) -> Disturbance:
        strike = asynccontextmanager(generator)
        FAULTS[name] = Fault(name, strike, lasts, profiles, expected, short, seamless)
        return strike

    return register
