"""The components of /design/ look as they did: what the style sheets make of them, and where.

Not pixels, and in a font in which every character is half as wide as high, as each machine has
others: docs/adr/0019-looks.md. After a change that is meant, `make looks` writes
tests/browser/design.json anew, to be read in the commit.
"""

import json
import os
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from accounts.models import User
from tests.browser.conftest import Browse

pytestmark = pytest.mark.once

KEPT = Path(__file__).with_name("design.json")
LOOKS = list(product((1280, 390), ("light", "dark")))
SLACK = 12  # pixels: emojis, and what the browser draws in a field, are each machine's own
# By kind of element: what its styles are besides the usual or its parent's, and its box.
GATHER = """
() => {
  const styles = ["color", "background-color", "padding", "margin-top", "margin-bottom",
    "border-top", "border-left", "border-radius", "font-size", "font-weight", "font-style",
    "line-height", "display", "gap", "min-height", "box-shadow", "opacity", "text-align",
    "position", "text-decoration-line", "white-space", "list-style-type", "visibility", "z-index"];
  const plain = document.createElement("span");
  document.body.append(plain);
  const inherited = ["color", "font-size", "font-weight", "font-style", "line-height", "text-align",
    "white-space", "list-style-type", "visibility"];
  const usual = {}, found = {};
  for (const name of styles) usual[name] = getComputedStyle(plain)[name];
  plain.remove();
  const parts = [...document.querySelectorAll("section[id], #side, .head, #notices, #foot")];
  for (const part of parts) {
    const from = part.getBoundingClientRect();
    for (const element of part.querySelectorAll("*")) {
      if (element.closest("svg, select > *, noscript, [popover]:not(#side)")) continue;
      if (element.matches("input[type=hidden]")) continue;
      const place = part.id || part.className;
      const name = `${place} ${[element.localName, ...element.classList].join(".")}`;
      if (name in found) continue;
      const style = getComputedStyle(element), kept = {};
      const above = getComputedStyle(element.parentElement);
      for (const key of styles) {
        const expected = inherited.includes(key) ? above[key] : usual[key];
        const none = key.startsWith("border-") ? style[key].startsWith("0px ")
          : key.startsWith("margin-") && parseFloat(style[key]) > 64; // what is left over
        if (style[key] !== expected && !none) kept[key] = style[key];
      }
      const box = element.getBoundingClientRect();
      const size = { w: Math.round(box.width), h: Math.round(box.height) };
      Object.assign(kept, { x: Math.round(box.x - from.x), ...size });
      found[name] = kept;
    }
  }
  return found;
}
"""
EVEN = Path(__file__).with_name("even.ttf").read_bytes()
FONT = '@font-face{font-family:Even;src:url("/even.ttf")}:root{--sans:Even;--mono:Even}'
FONT += "*{text-rendering:geometricPrecision}"  # no hinting
# What it is for: less padding in buttons, a colour that is a little darker.
HARM = {"padding: 0.35rem 1rem;": "", "0.735 0.012 85": "0.7 0.012 85"}

type Boxes = dict[str, dict[str, Any]]


def gathered(page: Page) -> Boxes:
    page.goto("/design/?foot=near+the+end")
    assert page.evaluate("document.fonts.ready.then(fonts => [...fonts][0].status)") == "loaded"
    found: Boxes = page.evaluate(GATHER)
    for box in found.values():
        for name, value in box.items():
            if isinstance(value, str):
                box[name] = re.sub(r"\d+\.\d{3,}", lambda digits: f"{float(digits[0]):.2f}", value)
    return found


def differences(kept: Boxes, found: Boxes) -> list[str]:
    """A line for each that is not as it was."""
    told = [f"{name}: gone" for name in kept.keys() - found.keys()]
    told += [f"{name}: new" for name in found.keys() - kept.keys()]
    for name in kept.keys() & found.keys():
        was, now = kept[name], found[name]
        told += [
            f"{name} {key}: {was.get(key, '')!r} became {now.get(key, '')!r}"
            for key in was.keys() | now.keys()
            if not is_same(was.get(key, ""), now.get(key, ""))
        ]
    return sorted(told)


def is_same(was: Any, now: Any) -> bool:
    if isinstance(was, int) and isinstance(now, int):
        return abs(was - now) <= SLACK
    return bool(was == now)


def changed(look: Boxes, first: Boxes) -> Boxes:
    """What of a look is another than in the first one, for a file that can be read."""
    less = {
        name: {
            key: box.get(key, "")
            for key in box.keys() | first[name].keys()
            if box.get(key) != first[name].get(key)
        }
        for name, box in look.items()
    }
    return {name: box for name, box in less.items() if box}


def whole(less: Boxes, first: Boxes) -> Boxes:
    return {name: box | less.get(name, {}) for name, box in first.items()}


def test_every_component_looks_as_it_did(browse: Browse, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    found: dict[str, Boxes] = {}
    for width, scheme in LOOKS:
        look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
        page = browse(alice, reduced_motion="reduce", **look).context.new_page()
        found[f"{width} {scheme}"] = gathered(served(page, {}))
    broken = gathered(served(page, HARM))
    first, *others = found
    if os.environ.get("LOOKS") == "renew":
        less = {look: changed(found[look], found[first]) for look in others}
        told = json.dumps({first: found[first]} | less, indent=0, sort_keys=True)
        KEPT.write_text(told.replace("\n", "").replace('},"', '},\n"') + "\n")
    kept = json.loads(KEPT.read_text())
    for name, boxes in found.items():
        expected = kept[first] if name == first else whole(kept[name], kept[first])
        assert differences(expected, boxes) == [], name
    seen = differences(found["390 dark"], broken)
    assert any(line.startswith("buttons button.button padding:") for line in seen)
    assert any(line.startswith("type small color:") for line in seen)


def served(page: Page, harm: dict[str, str]) -> Page:
    """With the even font, and style sheets that are changed on their way."""

    def sheet(route: Route) -> None:
        css = route.fetch().text()
        for was, now in harm.items():
            css = css.replace(was, now)
        route.fulfill(body=css + FONT, content_type="text/css")

    page.route(re.compile(r"/css/(buttons|tokens)"), sheet)
    page.route("**/even.ttf", lambda route: route.fulfill(body=EVEN, content_type="font/ttf"))
    return page
