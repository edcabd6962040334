"""What a room's page shows, in a form that two pages of it can be compared in."""

from playwright.sync_api import Page

from tests.live import wait_for

PARTS = [
    "#room-head",
    "#duties",
    "#pinned",
    "#older",
    "#messages",
    "#mode",
    "#standing",
    "nav#rooms",
    "#page-title",
]
# Without what belongs to one load of a page or to htmx itself: nonces and its own marks.
READ = """
parts => parts.map(part => {
  const copy = document.querySelector(part).cloneNode(true)
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of element.getAttributeNames())
      if (/^(hx-nonce|nonce|data-htmx-.*)$/.test(name)) element.removeAttribute(name)
    element.classList.remove("htmx-added", "htmx-settling", "htmx-swapping", "htmx-request")
    if (element.getAttribute("class") === "") element.removeAttribute("class")
  }
  return copy.outerHTML.replace(/></g, ">\\n<")
}).concat("cursor " + document.querySelector("#cursor").value).join("\\n")
"""


def shown(page: Page) -> str:
    return str(page.evaluate(READ, PARTS))


def assert_same(page: Page, fresh: Page) -> None:
    """The open page comes to show what the fresh one does, and no row twice.

    The fresh one says what it has shown like any other, so that its counts change once more.
    """
    try:
        wait_for(lambda: shown(page) == shown(fresh), "the page follows", seconds=12)
    except AssertionError:
        assert shown(page) == shown(fresh)
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size") == (
        page.locator("[id]").count()
    )
