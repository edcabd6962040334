"""A room's page without a browser: what its frames do to the list, and to the cursor."""

from collections.abc import Sequence
from html.parser import HTMLParser

from tests.faults.history import Heard, Row, Stream

VOID = {"input", "br", "hr", "img", "meta", "link", "wbr"}


class Frame(HTMLParser):
    """A frame (or a page) taken apart as far as this protocol goes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.added: list[Row] = []
        self.changed: list[Row] = []
        self.replaced = False
        self.cursor: int | None = None
        self.acknowledges = False
        self.notice = ""
        self._open: list[tuple[str, str]] = []
        self._row: dict[str, str | bool | None] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        named = has.get("id") or ""
        classes = (has.get("class") or "").split()
        if tag == "article" and named.startswith("m") and named[1:].isdigit():
            self._row = {
                "seq": named[1:],
                "author": has.get("data-author") or "",
                "removed": "removed" in classes,
                "edited": False,
                "text": "",
                "swap": has.get("hx-swap-oob"),
            }
        elif named == "messages":
            self.replaced = has.get("hx-swap-oob") == "innerHTML"
        elif named == "cursor":
            self.cursor = int(has.get("value") or 0)
        elif tag == "textarea":
            self.acknowledges = True
        if self._row is not None and "edited" in classes:
            self._row["edited"] = True
        if tag not in VOID:
            part = named or next((c for c in classes if c in ("message-body", "notice")), "")
            self._open.append((tag, part))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "article" and self._row is not None:
            self._take(self._row)
            self._row = None

    def handle_data(self, data: str) -> None:
        parts = [part for _, part in self._open]
        if self._row is not None and "message-body" in parts:
            self._row["text"] = f"{self._row['text']}{data}"
        elif "notice" in parts:
            self.notice += data

    def _take(self, found: dict[str, str | bool | None]) -> None:
        removed = bool(found["removed"])
        row = Row(
            int(str(found["seq"])),
            str(found["author"]),
            "" if removed else str(found["text"]).strip(),
            bool(found["edited"]),
            removed,
        )
        (self.changed if found["swap"] else self.added).append(row)


def show(stream: Stream, frame: Frame, at: float) -> Heard:
    """Do to the stream's page what a browser does with this frame, and note it."""
    heard = Heard(at, tuple(frame.added), tuple(frame.changed), frame.replaced, frame.cursor)
    if heard.replaced:
        stream.rows.clear()
    for row in heard.added:
        stream.rows[row.seq] = row
    for row in heard.changed:
        if row.seq in stream.rows:
            stream.rows[row.seq] = row
    if heard.cursor is not None:
        stream.cursor = heard.cursor
    if heard.added or heard.changed or heard.replaced or heard.cursor is not None:
        stream.heard.append(heard)
    return heard
