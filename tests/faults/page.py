"""A room's page without a browser: what its frames do to the list, and to the cursor."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from tests.faults.history import Heard, Row, Stream

VOID = {"input", "br", "hr", "img", "meta", "link", "wbr"}
PARTS = {"message-body", "notice", "reply"}


@dataclass(slots=True)
class Article:
    """A row while it is read; `changed` if it takes another one's place."""

    seq: int
    author: str
    removed: bool
    changed: bool
    edited: bool = False
    text: str = ""
    reply: str = ""
    chips: list[str] = field(default_factory=list)

    @property
    def row(self) -> Row:
        if self.removed:
            return Row(self.seq, self.author, "", self.edited, removed=True)
        said, reply = self.text.strip(), " ".join(self.reply.split())
        return Row(self.seq, self.author, said, self.edited, reply=reply, chips=tuple(self.chips))


class Frame(HTMLParser):
    """A frame (or a page) taken apart as far as this protocol goes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.added: list[Row] = []
        self.changed: list[Row] = []
        self.reacted: dict[int, list[str]] = {}
        self.replaced = False
        self.cursor: int | None = None
        self.acknowledges = False
        self.notice = ""
        self._open: list[tuple[str, str]] = []
        self._row: Article | None = None
        self._chips: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        named = has.get("id") or ""
        classes = (has.get("class") or "").split()
        if tag == "article" and named.startswith("m") and named[1:].isdigit():
            author, changed = has.get("data-author") or "", "hx-swap-oob" in has
            self._row = Article(int(named[1:]), author, "removed" in classes, changed)
        elif "chips" in classes:
            self._chips = self._row.chips if self._row else []
            if not self._row:
                self.reacted[int(named[1:])] = self._chips
        elif "data-by" in has:
            emoji = (has["value"] or "").partition(" ")[2]
            self._chips.append(f"{emoji} {has['data-by']}")
        elif named == "messages":
            self.replaced = has.get("hx-swap-oob") == "innerHTML"
        elif named == "cursor":
            self.cursor = int(has.get("value") or 0)
        elif tag == "textarea":
            self.acknowledges = True
        if self._row is not None and "edited" in classes:
            self._row.edited = True
        if tag not in VOID:
            part = next((c for c in classes if c in PARTS), named)
            self._open.append((tag, part))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "article" and self._row is not None:
            (self.changed if self._row.changed else self.added).append(self._row.row)
            self._row = None

    def handle_data(self, data: str) -> None:
        parts = [part for _, part in self._open]
        if self._row is not None and "message-body" in parts:
            self._row.text += data
        elif self._row is not None and "reply" in parts:
            self._row.reply += data
        elif "notice" in parts:
            self.notice += data


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
    for seq, chips in frame.reacted.items():
        if seq in stream.rows and not stream.rows[seq].removed:
            stream.rows[seq] = replace(stream.rows[seq], chips=tuple(chips))
    if heard.cursor is not None:
        stream.cursor = heard.cursor
    if heard.added or heard.changed or heard.replaced or heard.cursor is not None:
        stream.heard.append(heard)
    return heard
