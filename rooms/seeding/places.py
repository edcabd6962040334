"""The rooms of the demonstration world."""

from datetime import datetime

from accounts.models import User
from accounts.names import skeleton
from rooms.errors import Invalid
from rooms.models import Kind, Membership, Role, Room
from rooms.seeding.people import email_of

BATCH = 1_000
BEHIND = 7

_PLACES = (
    ("Front porch", "Where everybody meets. Come in, sit down, say hello."),
    ("Workshop", "Repairs, tools, and who has the good screwdriver."),
    ("Garden", "What grows, what does not, and who waters."),
    ("Kitchen table", "Recipes, lunches, leftovers."),
    ("Engine room", "Code, servers, and why the tests fail."),
    ("Reading group", "One book a month. No spoilers before the weekend."),
    ("Radio", "Programme, music, and the rooster."),
    ("Newcomers", "Ask anything; everybody was new once."),
    ("Lost and found", "Mostly gloves."),
    ("Languages", "مرحبا · שלום · こんにちは · bonjour · hei"),
    ("Film nights", "The sad one or the long one?"),
    ("Noticeboard", ""),
)


def slug(number: int) -> str:
    return f"seed-{number}"


def standing(number: int) -> Room | None:
    """Room `number` if it is there. Raises Invalid when the seed's first person does not own it."""
    room = Room.objects.filter(slug=slug(number)).first()
    if room is None:
        return None
    owners = room.memberships.filter(role=Role.OWNER)
    if not owners.filter(user__username="user1", user__email=email_of("user1")).exists():
        raise Invalid(
            f"/rooms/{room.slug}/ is a room that the seed did not make. Nothing was done."
        )
    return room


def create(number: int, created_at: datetime) -> Room:
    """Room `number`, public and empty."""
    name, topic = _name_and_topic(number)
    return Room.objects.create(
        slug=slug(number),
        name=name,
        name_key=skeleton(name),
        topic=topic,
        kind=Kind.PUBLIC,
        created_at=created_at,
    )


def admit(room: Room, people: list[User]) -> int:
    """Make all of these people members, the first the owner; returns how many are new."""
    members = set(room.memberships.values_list("user", flat=True))
    missing = [
        _membership(room, user, place)
        for place, user in enumerate(people)
        if user.pk not in members
    ]
    Membership.objects.bulk_create(missing, batch_size=BATCH)
    return len(missing)


def _name_and_topic(number: int) -> tuple[str, str]:
    """A name of its own, or the plain one where another public room has it."""
    name, topic = _PLACES[(number - 1) % len(_PLACES)]
    turn = (number - 1) // len(_PLACES)
    name = f"{name} {turn + 1}" if turn else name
    taken = Room.objects.filter(kind=Kind.PUBLIC, name_key=skeleton(name)).exists()
    return slug(number) if taken else name, topic


def _membership(room: Room, user: User, place: int) -> Membership:
    """Everybody has been here from the beginning, and every third has not seen the latest."""
    unread = BEHIND if (place + room.pk) % 3 == 2 else 0
    return Membership(
        room=room,
        user=user,
        role=Role.MEMBER if place else Role.OWNER,
        last_read_seq=max(0, room.last_seq - unread),
        joined_at=room.created_at,
    )
