"""Reports, decisions and what people are told, for tests of several modules."""

from accounts.models import AuditEntry, Notice, User
from rooms import access, actions
from rooms.models import Case, Membership, Message, Room


def mine(user: User, room: Room) -> Membership:
    return access.membership(user, room.slug)


def say(room: Room, author: User, text: str = "buy cheap watches") -> Message:
    return actions.messages.post(room=room, author=author, text=text)


def report(room: Room, by: User, message: Message, comment: str = "") -> Case:
    made = actions.reports.report_message(
        by=mine(by, room), message=message, kind="spam", comment=comment
    )
    return made.case


def decide(user: User, case: Case, verdict: str, **given: object) -> Case:
    return actions.cases.decide(user=user, case=case, verdict=verdict, **given)  # type: ignore[arg-type]


def queue(user: User, room: Room) -> list[Case]:
    return list(Case.objects.open().for_room(mine(user, room)))


def desk(user: User) -> list[Case]:
    return list(Case.objects.open().for_site(user))


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def entries(area: str) -> list[tuple[str, object]]:
    found = AuditEntry.objects.filter(area=area).order_by("pk")
    return [(entry.verb, entry.after.get("verdict", "")) for entry in found]
