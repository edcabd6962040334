"""What is installed is what is asked for: each lock satisfies its wishes, and the locks agree."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.once

FOLDER = Path(__file__).resolve().parent.parent / "requirements"


@pytest.mark.parametrize("name", ["base", "test", "dev"])
def test_the_lock_satisfies_every_wish(name: str) -> None:
    pins = pins_of(name)
    wishes = [Requirement(line) for line in lines(FOLDER / f"{name}.in") if line[0] != "-"]
    assert wishes
    for wish in wishes:
        assert pins[canonicalize_name(wish.name)] in wish.specifier, wish


@pytest.mark.parametrize("name", ["test", "dev"])
def test_no_two_locks_disagree(name: str) -> None:
    known = pins_of("base") | pins_of("test")
    assert [pin for pin in pins_of(name).items() if known.get(pin[0], pin[1]) != pin[1]] == []


@pytest.mark.parametrize("name", ["base", "test", "dev"])
def test_every_pin_has_a_hash(name: str) -> None:
    pins = [line for line in lines(FOLDER / f"{name}.txt") if not line.startswith("--hash")]
    assert [pin for pin in pins if not pin.endswith("\\")] == []


def pins_of(name: str) -> dict[str, str]:
    pins = [line for line in lines(FOLDER / f"{name}.txt") if "==" in line.partition(";")[0]]
    pairs = [pin.partition(";")[0].strip(" \\").split("==") for pin in pins]
    return {canonicalize_name(package): version for package, version in pairs}


def lines(path: Path) -> list[str]:
    stripped = [line.strip() for line in path.read_text().splitlines()]
    return [line for line in stripped if line and line[0] != "#"]
