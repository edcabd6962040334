"""What the documents speak of is there."""

import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PATH = re.compile(r"[`(]((?:config|rooms|accounts|templates|static|tests|docs)/[\w./-]+)[`)]")
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"]
DECISIONS = [str(path.relative_to(ROOT)) for path in (ROOT / "docs/adr").glob("*.md")]
WRITTEN_FOR_TESTS = {"HUBBUB_ENV_FILE", "HASHED_STATIC"}


def text(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_setting_of_the_environment_is_explained() -> None:
    read = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", text("config/settings.py")))
    explained = set(re.findall(r"^#? ?([A-Z_]+)=", text(".env.example"), re.MULTILINE))
    assert explained == read - WRITTEN_FOR_TESTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documented_commands_exist(name: str) -> None:
    makefile = text("Makefile")
    for target in re.findall(r"`(?:PORT=\d+ )?make ([a-z]+)`", text(name)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for command in re.findall(r"manage\.py (serve|seed)", text(name)):
        assert (ROOT / f"rooms/management/commands/{command}.py").exists()


@pytest.mark.parametrize("name", [*DOCUMENTS, *DECISIONS])
def test_documented_files_exist(name: str) -> None:
    paths = re.findall(
        r"[`(]((?:config|rooms|accounts|templates|static|tests|docs)/[\w./-]+)[`)]", text(name)
    )
    for path in paths:
        assert (ROOT / path.rstrip("/…")).exists(), path


def test_a_picture_and_two_commands_come_first() -> None:
    opening = text("README.md").split("## ")[0]
    assert "![" in opening
    assert re.findall(r"^make (\w+)", opening, re.MULTILINE) == ["run", "test"]


def test_the_gate_runs_every_step_that_it_names() -> None:
    planned = subprocess.run(["make", "-n", "check"], cwd=ROOT, capture_output=True, text=True)
    assert planned.stderr == ""
    steps = re.findall('echo "== ([a-z]+)"', planned.stdout)
    named = ["format", "lint", "types", "templates", "migrations", "deploy", "audit", "tests"]
    assert steps == named
