"""The vendored script is what its publisher made, byte for byte."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
LOCK: dict[str, Any] = json.loads((ROOT / "requirements" / "vendor.json").read_text())
BUNDLE = (ROOT / LOCK["bundle"]).read_bytes()


def test_the_bundle_is_the_pinned_parts_and_nothing_else() -> None:
    rest = BUNDLE
    for part in LOCK["parts"]:
        content, rest = rest[: part["bytes"]], rest[part["bytes"] :]
        assert sha256(content) == part["sha256"], part["path"]
        assert rest[:1] == b"\n"
        rest = rest[1:]
    assert rest == b""


def test_the_bundle_has_its_pinned_hash() -> None:
    assert sha256(BUNDLE) == LOCK["sha256"]


def test_no_part_can_run_into_the_next() -> None:
    assert [line[-1:] for line in BUNDLE.splitlines()] == [b";"] * len(LOCK["parts"])
    assert b"sourceMappingURL" not in BUNDLE


def test_no_other_script_is_served() -> None:
    scripts = [path.relative_to(ROOT).as_posix() for path in (ROOT / "static").rglob("*.*js")]
    assert scripts == [LOCK["bundle"]]


def test_the_readme_names_the_pinned_hashes() -> None:
    readme = (ROOT / "static" / "vendor" / "README.md").read_text()
    pins = [LOCK["integrity"], LOCK["sha256"], *(part["sha256"] for part in LOCK["parts"])]
    assert [pin for pin in pins if pin not in readme] == []


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
