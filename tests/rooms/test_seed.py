"""The demonstration world: as if people had posted it, and never twice."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from rooms import actions, markup
from rooms.actions.rules import LONGEST
from rooms.models import Membership, Message, Role, Room
from rooms.seeding import conversations, people, world

pytestmark = pytest.mark.django_db


def seed(rooms: int = 2, users: int = 6, messages: int = 300, **options: int) -> str:
    out = StringIO()
    call_command("seed", rooms=rooms, users=users, messages=messages, stdout=out, **options)
    return out.getvalue()


def everything() -> list[list[tuple[object, ...]]]:
    """What a reader could tell one world from another by, and all that is kept."""
    return [
        list(User.objects.order_by("username").values_list("username", "display_name", "password")),
        list(Room.objects.order_by("slug").values_list("slug", "name", "version", "last_seq")),
        list(Membership.objects.order_by("pk").values_list("room__slug", "user__username", "role")),
        list(
            Message.objects.order_by("room__slug", "seq").values_list(
                "seq", "version", "author__username", "text", "created_at", "removed_at"
            )
        ),
    ]


def test_people_rooms_and_messages_are_as_many_as_asked_for() -> None:
    seed(rooms=3, users=12, messages=400)
    assert {user.username for user in User.objects.all()} == {f"user{n}" for n in range(1, 13)}
    assert list(Room.objects.order_by("slug").values_list("slug", "kind")) == [
        ("seed-1", "public"), ("seed-2", "public"), ("seed-3", "public"),
    ]  # fmt: skip
    assert Membership.objects.count() == 36
    owners = Membership.objects.filter(role=Role.OWNER)
    assert set(owners.values_list("user__username", flat=True)) == {"user1"}
    assert Message.objects.count() == 400
    assert Message.objects.filter(room__slug="seed-1").count() == 360


def test_anybody_of_them_can_sign_in() -> None:
    seed()
    assert authenticate(username="user6", password="seed-password") is not None
    address = EmailAddress.objects.get(user__username="user6")
    assert (address.verified, address.primary) == (True, True)


def test_the_rooms_page_shows_what_was_said_last() -> None:
    seed()
    client = Client()
    client.force_login(User.objects.get(username="user2"))
    page = client.get("/rooms/seed-1/").content.decode()
    assert page.count("<article ") == 50
    assert 'id="m270"' in page


def test_a_second_time_adds_nothing_and_says_so() -> None:
    seed()
    before = everything()
    assert "nothing was added" in seed()
    assert everything() == before


def test_the_same_arguments_make_the_same_world() -> None:
    def heard() -> list[tuple[object, ...]]:
        found = Message.objects.order_by("room__slug", "seq")
        return list(found.values_list("room__slug", "seq", "author__username", "text", "version"))

    seed()
    first = heard()
    Room.objects.all().delete()
    User.objects.all().delete()
    seed()
    assert heard() == first


def test_a_larger_world_gets_its_further_people_and_rooms() -> None:
    seed(rooms=2, users=3, messages=100)
    assert "rooms: 2, people: 2" in seed(rooms=4, users=5, messages=100)
    assert Membership.objects.count() == 20
    assert Message.objects.filter(room__slug="seed-1").count() == 90


def test_a_filled_room_takes_no_more_and_nothing_is_done() -> None:
    seed(rooms=1, users=3, messages=100)
    with pytest.raises(CommandError, match="begin with an empty database"):
        seed(rooms=2, users=5, messages=1000)
    assert (Room.objects.count(), User.objects.count(), Message.objects.count()) == (1, 3, 100)


def test_somebody_elses_room_is_left_alone(alice: User) -> None:
    room = actions.rooms.create(owner=alice, name="seed 1")
    assert room.slug == "seed-1"
    with pytest.raises(CommandError, match="did not make"):
        seed()
    assert (room.messages.count(), room.memberships.count(), User.objects.count()) == (0, 1, 1)


def test_somebody_who_has_such_a_name_is_left_alone() -> None:
    User.objects.create_user("User-1", "one@example.org", password="secret of User-1")
    with pytest.raises(CommandError, match=r"User-1 is somebody whom the seed did not make"):
        seed()
    assert (User.objects.count(), Room.objects.count()) == (1, 0)


def test_a_room_of_the_same_name_is_no_obstacle(alice: User) -> None:
    actions.rooms.create(owner=alice, name="front porch")
    seed(rooms=1)
    assert Room.objects.get(slug="seed-1").name == "seed-1"


def test_other_rooms_and_people_are_not_touched(lobby: Room, alice: User) -> None:
    actions.messages.post(room=lobby, author=alice, text="before")
    seed()
    lobby.refresh_from_db()
    assert (lobby.version, lobby.messages.count(), lobby.memberships.count()) == (1, 1, 2)


def test_messages_are_numbered_as_if_they_had_been_posted() -> None:
    seed(messages=1_000)
    for room in Room.objects.all():
        found = list(room.messages.order_by("seq"))
        assert [message.seq for message in found] == list(range(1, room.last_seq + 1))
        versions = {message.posted_version for message in found}
        versions |= {message.version for message in found}
        assert versions == set(range(1, room.version + 1))
        changed = [m for m in found if m.version != m.posted_version]
        assert changed == [m for m in found if m.edited_at or m.removed_at]
        assert len({message.version for message in found}) == len(found)


def test_runs_and_days_open_where_posting_would_have_opened_them(alice: User) -> None:
    seed(messages=400)
    seeded = Room.objects.get(slug="seed-1")
    room = actions.rooms.create(owner=alice, name="again")
    for message in seeded.messages.order_by("seq").select_related("author"):
        assert message.author is not None
        numbers = Room.advance_by_message(room.pk, author=message.author, at=message.created_at)
        opens = (numbers.run_head == numbers.last_seq, numbers.day_head == numbers.last_seq)
        assert (message.opens_run, message.opens_day) == opens
    room.refresh_from_db()
    for name in ("last_seq", "run_head", "day_head", "last_posted_at", "last_author"):
        assert getattr(seeded, name) == getattr(room, name), name


def test_posting_goes_on_where_the_seed_ended() -> None:
    seed()
    room = Room.objects.get(slug="seed-1")
    author = User.objects.get(username="user1")
    message = actions.messages.post(room=room, author=author, text="and now?")
    assert (message.seq, message.version) == (271, room.version + 1)
    assert (message.opens_run, message.opens_day) == (True, True)


def test_a_years_messages_come_in_order_and_end_before_today() -> None:
    seed(rooms=1, messages=1_500)
    times = list(Message.objects.order_by("seq").values_list("created_at", flat=True))
    assert times == sorted(times)
    assert times[0] >= timezone.now() - timedelta(days=365)
    assert times[-1] <= timezone.now()
    assert len({at.date() for at in times}) > 200


def test_some_are_edited_some_removed_some_run_on() -> None:
    seed(rooms=1, messages=1_500)
    messages = Message.objects.all()
    assert messages.filter(edited_at=None, removed_at=None).count() > 1_400
    assert messages.exclude(edited_at=None).exists()
    removed = messages.exclude(removed_at=None).select_related("author", "removed_by")
    assert removed
    assert all(message.removed_by == message.author for message in removed)
    assert messages.filter(opens_run=False).exists()


def test_everybody_but_some_has_read_all() -> None:
    seed()
    unread = [member.unread > 0 for member in Membership.objects.select_related("room")]
    assert set(unread) == {True, False}


@pytest.mark.parametrize(("users", "messages"), [(1, 60), (2, 60), (3, 60), (4, 0), (5, 1)])
def test_a_world_may_be_small(users: int, messages: int) -> None:
    seed(rooms=1, users=users, messages=messages)
    assert Room.objects.get().last_seq == Message.objects.count() == messages


@pytest.mark.parametrize("options", [["--rooms", "0"], ["--users", "0"], ["--messages", "-1"]])
def test_a_world_has_a_room_and_a_person(options: list[str]) -> None:
    with pytest.raises(CommandError, match="not a whole number"):
        call_command("seed", *options)


def test_progress_is_told_only_when_asked_for() -> None:
    assert len(seed(verbosity=1).splitlines()) == 1
    assert "seed-3: " in seed(rooms=3, verbosity=2)


def test_what_people_say_can_be_posted_and_means_what_it_looks_like() -> None:
    texts = [text for part in conversations._conversations() for _, text in part]
    assert len(texts) > 200
    for text in texts:
        assert markup.clean(text) == text
        assert 0 < len(text) <= LONGEST
    html = "".join(markup.render(text) for text in texts)
    for tag in ("<pre ", "<ul>", "<ol>", "<a ", "<blockquote ", "<table>", "<strong>", "<s>"):
        assert tag in html, tag
    assert {"ש", "م", "☕"} <= set(html)


def test_gaps_are_filled() -> None:
    seed(rooms=1, messages=600)
    assert not Message.objects.filter(text__contains="‹").exists()


def test_hundreds_of_people_have_names_of_their_own() -> None:
    names = [people.display_name(number) for number in range(1, 401)]
    assert len(set(names)) > 350
    assert max(map(len, names)) <= 60


def test_the_first_room_gets_most_of_the_messages() -> None:
    assert world.shares(1, 1_000) == [1_000]
    assert world.shares(4, 1_000) == [900, 34, 33, 33]
    assert world.shares(3, 5) == [5, 0, 0]


def test_primary_keys_follow_time_over_all_rooms() -> None:
    seed(rooms=4, messages=600)
    times = list(Message.objects.order_by("pk").values_list("created_at", flat=True))
    assert times == sorted(times)
    rooms = set(Message.objects.order_by("-pk").values_list("room__slug", flat=True)[:200])
    assert len(rooms) > 1
