"""What no browser complains of in the style sheets."""

import gzip
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

SHEETS = sorted((Path(__file__).resolve().parent.parent / "static" / "css").glob("*.css"))


def test_every_token_that_is_used_is_set() -> None:
    css = "\n".join(sheet.read_text() for sheet in SHEETS)
    used = set(re.findall(r"var\((--[\w-]+)\)", css))
    assert used - set(re.findall(r"(--[\w-]+):", css)) == set()


def test_all_of_it_is_light() -> None:
    assert len(gzip.compress(b"".join(sheet.read_bytes() for sheet in SHEETS))) < 12_000


def test_every_sheet_is_loaded() -> None:
    loaded = (SHEETS[0].parents[2] / "templates" / "_styles.html").read_text()
    assert [sheet.name for sheet in SHEETS if f"css/{sheet.name}'" not in loaded] == []


def test_every_icon_of_the_sprite_is_used_and_every_other_is_missed() -> None:
    root = SHEETS[0].parents[2]
    drawn = re.findall(r'<symbol id="(\w+)"', (root / "static/icons/sprite.svg").read_text())
    html = "".join(page.read_text() for page in (root / "templates").rglob("*.html"))
    assert sorted(set(re.findall(r'_icon.html" with icon="(\w+)"', html))) == sorted(drawn)
    assert re.findall(r"<svg|[◆▶←→✓✕☰]", html) == ["<svg"]
