"""A room of each kind, and everybody in place, to ask what they may."""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from accounts.models import Invitation, User
from rooms import access, actions
from rooms.models import Attachment, Case, Held, Kind, Membership, Message, Reaction, Room, Why
from tests.conftest import person
from tests.rooms.permissions.table import ON_CASES, ON_HELD, ON_MESSAGES, ON_PEOPLE

FILES = {"file", "preview"}


@dataclass
class World:
    """A room of one kind, everybody in place, a message of each and one removed of each."""

    room: Room
    viewer: User | None
    people: dict[str, User]
    seqs: dict[tuple[str, bool], int]
    cases: dict[str, int]
    invitation: Invitation
    held: dict[str, Held]
    file: Attachment

    def address(self, name: str, whose: str) -> str:
        given: dict[str, object] = {"slug": self.room.slug}
        if name in ON_MESSAGES:
            given["seq"] = self.seqs[whose, name == "restore"]
        if name in ON_PEOPLE:
            given["username"] = self.people[whose].username
        if name in ON_HELD:
            given["pk"] = self.held[whose].pk
        if name in ON_CASES:
            given["pk"] = self.cases[whose]
        if name == "day":
            given["day"] = "2026-11-24"
        if name in FILES:
            given["key"] = self.file.key
        if name == "revoke-invitation":
            given["pk"] = self.invitation.pk
        address = reverse(f"rooms:{name}", kwargs=given)
        return f"{address}?seq={self.seqs[whose, False]}" if name == "menu" else address


def build(kind: str, viewer: str) -> World:
    """`viewer` among a member's, an equal or higher person's and their own messages."""
    alice, bob, cleo = person("alice", "Alice"), person("bob", "Bob"), person("cleo", "Cleo")
    person("newcomer", "Newcomer")
    me = person("viewer", "Viewer")
    given = Kind.PRIVATE if kind == "private" else Kind.PUBLIC
    room = actions.rooms.create(owner=alice, name="hall", kind=given)
    for each, role in ((bob, "member"), (cleo, "owner"), (me, "member")):
        if each is not me or viewer not in ("stranger", "moderator elsewhere", "staff"):
            Membership.objects.create(room=room, user=each, role=role)
    seqs = _say(room, {"own": me, "another's": bob, "higher's": cleo}, remover=alice)
    invitation = Invitation.objects.create(**_invitation(room, alice))
    people = {"own": me, "another's": bob, "higher's": cleo}
    held = {
        whose: Held.objects.create(room=room, author=author, text="said", why=Why.WORD)
        for whose, author in people.items()
    }
    file = _attach(room, seqs["another's", False])
    cases = {whose: Case.objects.create(room=room, person=p).pk for whose, p in people.items()}
    if kind == "archived":
        actions.rooms.change(by=access.membership(alice, room.slug), archived=True)
    _become(viewer, me, room, alice)
    me.refresh_from_db()
    if kind == "deleted":
        gone = Room(name="hall", slug="hall")
        Room.objects.filter(pk=room.pk).delete()
        room = gone
    return World(
        room, None if viewer == "anonymous" else me, people, seqs, cases, invitation, held, file
    )


def build_talk(viewer: str) -> World:
    """A conversation of the viewer, or of Alice, with Bob."""
    alice, bob, me = person("alice", "Alice"), person("bob", "Bob"), person("viewer", "Viewer")
    person("newcomer", "Newcomer")
    lobby = actions.rooms.create(owner=alice, name="hall")
    for each in (bob, me):
        Membership.objects.create(room=lobby, user=each, role="member")
    mine = alice if viewer in ("stranger", "staff") else me
    room = actions.conversations.begin(by=mine, person=bob)
    people = {"own": mine, "another's": bob}
    seqs = _say(room, people, remover=alice)
    held = {
        whose: Held.objects.create(room=room, author=author, text="said", why=Why.WORD)
        for whose, author in people.items()
    }
    cases = {whose: Case.objects.create(room=room, person=p).pk for whose, p in people.items()}
    if viewer in ("blocked", "blocking"):
        by, person_ = (bob, me) if viewer == "blocked" else (me, bob)
        actions.conversations.block(by=by, person=person_)
    if viewer in ("staff", "staff in it"):
        _become("staff", me, lobby, alice)
    elif viewer == "inactive":
        _become("inactive", me, lobby, alice)
    me.refresh_from_db()
    file = _attach(room, seqs["another's", False])
    link = Invitation.objects.create(**_invitation(lobby, alice) | {"room_key": str(room.pk)})
    return World(room, None if viewer == "anonymous" else me, people, seqs, cases, link, held, file)


def _attach(room: Room, seq: int) -> Attachment:
    """A picture of one of these messages."""
    message = Message.objects.get(room=room, seq=seq)
    file = Attachment.objects.create(message=message, name="x.png", type="image/png", size=4)
    for path in (file.path, file.preview_path):
        default_storage.save(path, ContentFile(b"kept"))
    return file


def _say(room: Room, people: dict[str, User], remover: User) -> dict[tuple[str, bool], int]:
    """A standing and a removed message of each of these; nobody's lock is in the way."""
    seqs = {}
    for whose, author in people.items():
        for removed in (False, True):
            numbers = Room.advance_by_message(room.pk, author=author, at=room.created_at)
            message = Message.objects.create(
                room=room,
                author=author,
                seq=numbers.last_seq,
                version=numbers.version,
                posted_version=numbers.version,
                text="said",
                html="<p>said</p>",
                created_at=room.created_at,
                removed_at=room.created_at if removed else None,
                removed_by=remover if removed else None,
                reactions=None if removed else f"👍 {author.username}",
            )
            if not removed:
                Reaction.objects.create(message=message, user=author, emoji="👍")
            seqs[whose, removed] = message.seq
    return seqs


def _invitation(room: Room, by: User) -> dict[str, object]:
    member = access.membership(by, room.slug)
    made = actions.invitations.make(by=member, days="1", uses="1")
    fields = {f.name: getattr(made, f.name) for f in Invitation._meta.concrete_fields}
    made.delete()
    return fields


def _become(viewer: str, me: User, room: Room, owner: User) -> None:
    by, mine = access.membership(owner, room.slug), Membership.objects.filter(room=room, user=me)
    if viewer in ("moderator", "owner"):
        mine.update(role=viewer)
    elif viewer == "ex-member":
        mine.delete()
    elif viewer in ("muted", "banned"):
        verb = actions.sanctions.mute if viewer == "muted" else actions.sanctions.ban
        verb(by=by, member=access.fellow(by, me.username))
    elif viewer == "staff":
        User.objects.filter(pk=me.pk).update(is_staff=True)
    elif viewer == "inactive":
        User.objects.filter(pk=me.pk).update(is_active=False)
    elif viewer == "moderator elsewhere":
        other = actions.rooms.create(owner=owner, name="elsewhere")
        Membership.objects.create(room=other, user=me, role="moderator")
