"""Every fault of the campaign, by what it strikes; importing this registers them all."""

from tests.faults.kinds import (
    clients,
    clocks,
    disk,
    layer,
    lines,
    people,
    postgresql,
    processes,
    redis,
    sqlite,
    upgrades,
)

__all__ = [
    "clients",
    "clocks",
    "disk",
    "layer",
    "lines",
    "people",
    "postgresql",
    "processes",
    "redis",
    "sqlite",
    "upgrades",
]
