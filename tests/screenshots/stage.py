"""What a seeded site needs besides, so that each page has something to show."""

import random
from contextlib import suppress
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageOps

from accounts.models import User
from rooms import access, actions
from rooms.errors import Waiting
from rooms.models import Message, Room
from rooms.seeding.people import PASSWORD

KINDS = ("spam", "harassment", "off-topic")


def build() -> None:
    User.objects.filter(username="user1").update(is_staff=True, is_superuser=True)
    User.objects.create_user("outsider", "outsider@example.org", PASSWORD, display_name="Otto Out")
    owner = User.objects.get(username="user1")
    actions.rooms.create(owner=owner, name="quiet", topic="Where nobody has said anything yet")
    room = Room.objects.get(slug="seed-1")
    hold(owner, room)
    report(owner, room)
    keep(owner, room)
    talk()
    both()
    converse()
    show()


def converse() -> None:
    """Two conversations, one of which has ended in a block, and one that somebody left."""
    people = {user.username: user for user in User.objects.filter(username__startswith="user")}
    for username, text in (
        ("user3", "Could you take my Thursday? I have the dentist at 5."),
        ("user2", "Of course. You water on Saturday, then?"),
        ("user3", "Gladly. Thank you!"),
    ):
        other = "user2" if username == "user3" else "user3"
        room = actions.conversations.begin(by=people[username], person=people[other])
        actions.messages.post(room=room, author=people[username], text=text)
    Room.objects.filter(pk=room.pk).update(slug="talk-2-3")
    rude = actions.conversations.begin(by=people["user6"], person=people["user2"])
    actions.messages.post(room=rude, author=people["user6"], text="Your beets are a disgrace.")
    actions.conversations.block(by=people["user2"], person=people["user6"])
    Room.objects.filter(pk=rude.pk).update(slug="talk-2-6")


TALK = (
    ("user3", "Frost is forecast for Tuesday night. I moved the citrus under glass and left the "
     "fleece by bed 5 for whoever passes first.\n\nThe key is back on its nail, see the [shed "
     "inventory](https://docs.example.org/shed)."),
    ("user4", "Thank you! The soil probe logs to a file now. This is all it takes to read it:\n\n"
     "```python\nfor line in open(\"bed5.log\"):      # one reading a minute\n"
     "    when, celsius = line.split()\n    if float(celsius) < 2:\n        warn(when)\n```"),
    ("user5", "@user2 could you open the sluice for ten minutes? The lower beds are dry again."),
    ("user2", "> could you open the sluice for ten minutes?\n\nDone at 8. It was clogged with "
     "leaves: `grate 2` needs a new mesh, I will bring one."),
    ("user3", "Still to bring:\n\n1. a mesh for grate 2\n2. seeds for *bed 9*"),
    ("user5", "You are a treasure. 🌱"),
)  # fmt: skip


REACTIONS = (
    ("user3", 4, "👍"), ("user5", 4, "👍"), ("user2", 4, "🌱"),
    ("user4", 1, "🙏"), ("user2", 1, "❄️"), ("user5", 7, "👍"),
)  # fmt: skip


def talk() -> None:
    """A conversation of some variety, for the picture in the README."""
    people = {user.username: user for user in User.objects.all()}
    topic = "Beds 3 to 9, the compost rota and who has the key to the shed"
    room = actions.rooms.create(owner=people["user2"], name="kitchen-garden", topic=topic)
    for username, text in TALK:
        if username != "user2":
            actions.members.join(member=access.membership(people[username], room.slug))
        actions.messages.post(room=room, author=people[username], text=text)
    actions.messages.post(
        room=room, author=people["user4"], text="I have one left over, 30 by 30. Is that wide "
        "enough?", reply=4,
    )  # fmt: skip
    for username, seq, emoji in REACTIONS:
        actions.reactions.toggle(
            member=access.membership(people[username], room.slug),
            message=Message.objects.get(room=room, seq=seq),
            emoji=emoji,
        )


def show() -> None:
    """A room of pictures and other files."""
    people = {user.username: user for user in User.objects.filter(username__startswith="user")}
    room = actions.rooms.create(owner=people["user1"], name="pictures", topic="What we grew")
    send(room, people["user1"], "The citrus, this morning", ("citrus.jpg", drawn(900, 600)))
    actions.messages.post(room=room, author=people["user1"], text="And what is left of bed 5:")
    many = [(f"bed {n}.jpg", drawn(600, 400 + 120 * n)) for n in range(5)]
    send(room, people["user1"], "", *many)
    send(
        room, people["user1"], "All there is to read about it",
        ("The watering rota for the whole of next spring and summer, second draft.pdf", b"%PDF-"),
        ("soil.csv", b"when,celsius\n" * 4000), ("robin in the morning.mp3", b"ID3"),
        ("small.png", drawn(48, 48)),
    )  # fmt: skip


def send(room: Room, author: User, text: str, *files: tuple[str, bytes]) -> None:
    member = access.membership(author, room.slug)
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    with actions.attachments.brought(by=member, files=sent) as brought:
        actions.messages.post(room=room, author=author, text=text, files=brought)


def drawn(width: int, height: int) -> bytes:
    """A picture of sky, leaves and oranges, much as a camera would."""
    image = Image.linear_gradient("L").resize((width, height))
    image = ImageOps.colorize(image, "#9cc4e4", "#2f5d3a")
    draw, chance = ImageDraw.Draw(image), random.Random(width * height)
    for _ in range(24):
        x, y, r = chance.randrange(width), chance.randrange(height), chance.randrange(8, 40)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=chance.choice(["#e8862c", "#3f7d46"]))
    made = BytesIO()
    image.save(made, "JPEG")
    return made.getvalue()


BOTH = (
    ("user3", "صباح الخير! هل بقي مكان في الحوض 5؟ سأحضر شتلات الطماطم غدًا الساعة 9:30."),
    ("user2", "Yes, half of it. The key is on its nail."),
    ("user4", "@user3 أحضر معك الـ mesh من فضلك، وانظر https://docs.example.org (الصفحة 2)."
     "\n\n1. شبكة للفتحة `grate 2`\n2. بذور للحوض 9\n\n> Done at 8."),
)  # fmt: skip


def both() -> None:
    """A room in which people write from right to left and from left to right."""
    people = {user.username: user for user in User.objects.filter(username__startswith="user")}
    room = actions.rooms.create(
        owner=people["user2"], name="حديقة المطبخ", topic="الأحواض 3–9, the shed"
    )
    for username, text in BOTH:
        if username != "user2":
            actions.members.join(member=access.membership(people[username], room.slug))
        actions.messages.post(room=room, author=people[username], text=text)
    Room.objects.filter(pk=room.pk).update(slug="both")


def hold(owner: User, room: Room) -> None:
    """Words that the room does not want, and two who say them."""
    actions.words.change(
        by=access.membership(owner, room.slug), blocked="buy now", held="casino*", masked="darn"
    )
    for username, text in (
        ("user5", "A night at the casino, darn it"),
        ("user6", "Casinos, anyone?"),
    ):
        author = User.objects.get(username=username)
        with suppress(Waiting):
            actions.messages.post(room=room, author=author, text=text)


def keep(owner: User, room: Room) -> None:
    """What somebody saved."""
    for message, note in zip(
        room.messages.order_by("seq")[149:151], ("Ask Lucía", ""), strict=True
    ):
        actions.saved.save(user=owner, message=message, note=note)


def report(owner: User, room: Room) -> None:
    """Some reports, one of them taken and one decided, and somebody muted who answers."""
    said = Message.objects.filter(room=room).exclude(author=owner).order_by("-seq")
    readers = User.objects.filter(username__in=["user2", "user3", "user4"])
    by = access.membership(owner, room.slug)
    for message in said.select_related("author")[20:26]:
        for kind, reader in zip(KINDS, readers, strict=True):
            if reader.pk != message.author_id:
                member = access.membership(reader, room.slug)
                comment = "This is not the place for it." if kind == "off-topic" else ""
                made = actions.reports.report_message(
                    by=member, message=message, kind=kind, comment=comment
                )
    person = made.case.person
    assert person is not None
    actions.reports.report_person(
        by=owner, person=person, room=None, kind="other", comment="Writes to everybody, everywhere."
    )
    them = access.membership(person, room.slug)
    mute = actions.sanctions.mute(by=by, member=them, seconds="86400", reason="Calm down, please")
    actions.appeals.appeal(person=person, against=mute, text="I only answered what I was asked.")
    first, second, *_ = room.cases.filter(sanction=None).exclude(pk=made.case.pk).order_by("pk")
    actions.cases.claim(user=owner, case=second)
    actions.cases.decide(user=owner, case=first, verdict="remove", reason="No advertising here")
    mine = Message.objects.filter(room=room, author=owner).order_by("-seq")[:1].get()
    member = access.membership(person, room.slug)
    about_me = actions.reports.report_message(by=member, message=mine, kind="other")
    assert about_me.case.person == owner
