"""Nothing that people read is without its translation, nor one that does not fit."""

import ast
import re
import subprocess
from gettext import GNUTranslations
from pathlib import Path

import allauth
import django
import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
MARKS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext")
SOURCES = ("accounts", "config", "rooms", "templates")

# In this order: what is marked, what no translator sees, and then what HTML says besides text.
MARKED = re.compile(
    r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?{%\s*endcomment\s*%}"
    r"|{#.*?#}|<(style|code|kbd|svg|figure)\b.*?</\1>|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
SPOKEN = re.compile(r"\b(aria-label|placeholder|title|alt)=(\"[^\"]*\")")
TAG = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")
NO_WORDS = re.compile(r"&\w+;|/ws/\w+/\w*|page-room|\bhttp\S*|suspended|muted|site, room:7")


def catalogue(language: str, ending: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogues as they would be, were all texts of the sources gathered now."""
    return gather(tmp_path_factory.mktemp("gathered"))


def gather(folder: Path) -> Path:
    for name in SOURCES:
        (folder / name).symlink_to(ROOT / name)
    for language in LANGUAGES:
        copy = folder / "locale" / language / "LC_MESSAGES" / "django.po"
        copy.parent.mkdir(parents=True)
        copy.write_text(catalogue(language, "po").read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(settings, "LOCALE_PATHS", [folder / "locale"])
        call_command(
            "makemessages",
            locale=LANGUAGES,
            symlinks=True,
            no_wrap=True,
            no_location=True,
            verbosity=0,
        )
    return folder / "locale"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_translated_and_nothing_else(gathered: Path, language: str) -> None:
    merged = gathered / language / "LC_MESSAGES" / "django.po"
    texts = {
        name: subprocess.run(
            ["msgattrib", f"--{name}", "--no-wrap", merged],
            capture_output=True, text=True, check=True,
        ).stdout.partition("\n\n")[2]
        for name in ("untranslated", "only-fuzzy", "only-obsolete")
    }  # fmt: skip
    assert "".join(texts.values()) == "", "translate it, and `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_inserted_and_counted_fits(language: str, tmp_path: Path) -> None:
    told = subprocess.run(
        ["msgfmt", "--check-format", "-o", tmp_path / "made.mo", catalogue(language, "po")],
        capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert messages(tmp_path / "made.mo") == messages(catalogue(language, "mo")), "make messages"


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_what_others_say_in_our_voice_is_what_they_say(language: str, tmp_path: Path) -> None:
    """What a new version of theirs words otherwise would be said in their own voice again."""
    voice = ROOT / "accounts" / "voice" / language / "LC_MESSAGES" / "django.po"
    made = tmp_path / "made.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", made, voice], check=True)
    ours = messages(made)
    assert ours == messages(voice.with_suffix(".mo")), "make messages"
    django_s, theirs = Path(django.__file__).parent, Path(allauth.__file__).parent
    said: set[object] = set()
    for folder in (theirs, django_s / "conf", django_s / "contrib" / "auth"):
        said |= messages(folder / "locale" / "de" / "LC_MESSAGES" / "django.mo").keys()
    assert {texts(key) for key in ours} - {texts(key) for key in said} == set()


def texts(key: object) -> object:
    """What stands behind a key, which is one for each plural form."""
    return key[0] if isinstance(key, tuple) else key


def messages(compiled: Path) -> dict[object, str]:
    with compiled.open("rb") as file:
        return dict(GNUTranslations(file)._catalog)  # type: ignore[attr-defined]


def test_what_python_says_is_gathered() -> None:
    """xgettext sees nothing within an f-string."""
    known = messages(catalogue("de", "mo"))
    texts = {text for text in known if isinstance(text, str)} | {
        text[0] for text in known if isinstance(text, tuple)
    }
    said = {
        call.args[0].value
        for name in SOURCES
        for module in (ROOT / name).rglob("*.py")
        for call in ast.walk(ast.parse(module.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in MARKS
        and isinstance(call.args[0], ast.Constant)
    }
    assert said - texts == set()


@pytest.mark.parametrize(
    "template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.stem
)
def test_no_text_of_a_page_is_forgotten(template: Path) -> None:
    html = MARKED.sub("", template.read_text())
    spoken = " ".join(value for _name, value in SPOKEN.findall(html))
    text = NO_WORDS.sub("", f"{TAG.sub(' ', html)} {spoken}")
    assert WORD.findall(text) == []
