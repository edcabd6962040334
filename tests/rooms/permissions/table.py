"""Who may what in a room, as ARCHITECTURE.md says it."""

import re
from dataclasses import dataclass
from pathlib import Path

ARCHITECTURE = Path(__file__).resolve().parents[3] / "ARCHITECTURE.md"
RANK = {"reader": 0, "member": 1, "muted": 1, "moderator": 2, "owner": 3, "staff": 4}
# Each viewer, and as what the table knows them in a public room.
VIEWERS = {
    "anonymous": "nobody",
    "inactive": "nobody",
    "stranger": "reader",
    "ex-member": "reader",
    "moderator elsewhere": "reader",
    "banned": "banned",
    "muted": "muted",
    "member": "member",
    "moderator": "moderator",
    "owner": "owner",
    "staff": "staff",
}
ROOMS = ("public", "private", "archived", "deleted")
# The same in a conversation of two, which has no ranks: whom one blocks, or who blocks one, is as
# the muted. A stranger to it gets its 404, staff included.
TALKERS = {
    "anonymous": "nobody",
    "inactive": "nobody",
    "stranger": "reader",
    "staff": "staff",
    "blocked": "muted",
    "blocking": "muted",
    "member": "member",
    "staff in it": "member",
}
# Of a room that was deleted nothing says any more what anybody was in it.
GONE = ("anonymous", "inactive", "stranger", "moderator elsewhere", "staff")
CASES = [(kind, viewer) for kind in ROOMS for viewer in (GONE if kind == "deleted" else VIEWERS)]
CASES += [("direct", viewer) for viewer in TALKERS]
ON_MESSAGES = {
    "edit", "remove", "restore", "message", "message-day", "seen", "save", "discard", "report",
    "reply", "take-reaction",
}  # fmt: skip
ON_CASES = {"case", "claim", "release", "decide"}
ON_PEOPLE = {
    "person", "mute", "unmute", "ban", "unban", "kick", "remove-member", "role", "sweep",
    "bring-back",
}  # fmt: skip
ON_HELD = {"approve", "reject", "take-back"}


@dataclass(frozen=True)
class Rule:
    """A row of the table: for each of its columns, on whom."""

    cells: dict[str, str]
    archived: str

    @property
    def says_on_whom(self) -> bool:
        return bool(
            {"own", "others", "lower"}.intersection(", ".join(self.cells.values()).split(", "))
        )

    def allows(self, role: str, whose: str, target: int, archived: bool) -> bool:
        cell = self.cells[role]
        if archived:
            cell = self._archived(role, cell)
        if cell in ("yes", "no"):
            return cell == "yes"
        lower = "lower" in cell and whose != "own" and RANK[role] > target
        if "others" in cell and whose != "own":
            return True
        return lower or ("own" in cell and whose == "own")

    def _archived(self, role: str, cell: str) -> str:
        if self.archived == "same":
            return cell
        if self.archived == "nobody":
            return "no"
        if self.archived == "lower":
            return "lower" if "lower" in cell else "no"
        who, outcome = self.archived.split(": ")
        return outcome if role in who.split(", ") else cell


def rules() -> dict[tuple[str, str], Rule]:
    """(method, name of the address) → what the table says of it."""
    section = ARCHITECTURE.read_text().split("## Who may what\n")[1].split("\n## ")[0]
    head, _, *rows = re.findall(r"^\|(.*)\|$", section, re.MULTILINE)
    columns = [cell.strip() for cell in head.split("|")]
    found = {}
    for row in rows:
        cells = dict(zip(columns, (cell.strip() for cell in row.split("|")), strict=True))
        rule = Rule({role: cells[role] for role in RANK}, cells["archived"])
        for part in cells["addresses"].split("; "):
            method, names = part.split(" ", 1)
            for name in names.split(", "):
                found[method, name] = rule
    return found


RULES = rules()


def role_of(kind: str, viewer: str) -> str:
    return TALKERS[viewer] if kind == "direct" else VIEWERS[viewer]


def is_shut(kind: str, role: str) -> bool:
    """Whether all of the room is closed to somebody, whatever they ask of it."""
    secret = kind in ("private", "direct") and role in ("reader", "staff")
    return role in ("nobody", "banned") or kind == "deleted" or secret


def expected(rule: Rule, kind: str, viewer: str, whose: str, name: str = "") -> set[str]:
    """What may come of it. Of somebody who is not there, a refusal may be a 404 as well; of what
    somebody may not know of, it is one."""
    role = role_of(kind, viewer)
    if role == "nobody":
        return {"sign in"}
    if is_shut(kind, role):
        return {"refused" if role == "banned" and kind in ("public", "archived") else "hidden"}
    target = {"own": RANK[role], "another's": 1, "higher's": 3}[whose]
    if rule.allows(role, whose, target, kind == "archived"):
        return {"done"}
    if name in ON_CASES and rule.cells[role] != "no":
        return {"hidden"}
    return {"refused", "hidden"} if role in ("reader", "staff") else {"refused"}
