"""The colours of static/css/tokens.css, and how well one can be read on another."""

import math
import re
from functools import cache
from typing import NamedTuple

from django.conf import settings

SCHEMES = ("light", "dark")
SURFACES = ("paper", "sunken", "raised", "wash", "glow")
TEXTS = ("ink", "soft", "accent", "accent-strong", "good", "warn", "bad")
# What else is read on what, and what is seen against what: a ratio of 3 is enough for an edge.
PAIRS = (("on-accent", "accent"), ("on-accent", "accent-strong"), ("bad", "bad-wash"))
EDGES = (("edge", "paper"), ("edge", "raised"), ("edge", "sunken"))

_ROOT = re.compile(r":root \{(.*?)\n  \}", re.DOTALL)
_COLOUR = re.compile(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);")


class Ratio(NamedTuple):
    """WCAG's contrast of `text` on `surface`: from 1 to 21, in each scheme."""

    text: str
    surface: str
    light: float
    dark: float


def ratios(pairs: tuple[tuple[str, str], ...]) -> list[Ratio]:
    """For pairs of tokens."""
    known = tokens()
    return [Ratio(a, b, *(contrast(known[a][n], known[b][n]) for n in (0, 1))) for a, b in pairs]


def texts() -> list[Ratio]:
    """Everything that is read, on everything that it is read on."""
    return ratios((*((text, surface) for surface in SURFACES for text in TEXTS), *PAIRS))


@cache
def tokens() -> dict[str, tuple[float, float]]:
    """The luminance of each token that is opaque, light and dark; the standard theme's."""
    css = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    (root,) = _ROOT.findall(css)[:1]
    return {name: (_of(light), _of(dark)) for name, light, dark in _COLOUR.findall(root)}


def contrast(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return (high + 0.05) / (low + 0.05)


def _of(oklch: str) -> float:
    return luminance(*map(float, oklch.split()))


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """Of an OKLCH colour (https://bottosson.github.io/posts/oklab/), clipped to what sRGB has."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
