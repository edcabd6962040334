"""Counts and titles of open pages equal a recount from the rows, whatever happens in what order."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from rooms.models import Attention, Membership, Mention, Message, Room
from rooms.sidebar import number
from tests.live import LiveServer, Page, wait_for
from tests.rooms.realtime.test_closing import Person

SPAN = re.compile(
    r'<span id="unread-(\d+)"(.*?)(?=<span id="unread-|</nav>|<input|<div|$)', re.DOTALL
)
TITLE = re.compile(r'hx-swap-oob="innerHTML:#page-title">(.*?)</div>')
LIST = '<nav id="rooms"'

DOINGS = (
    *("post", "post", "call", "everybody", "read", "read", "seen", "unread"),
    *("edit", "remove", "attend", "leave", "join"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(DOINGS),
        st.sampled_from(["alice", "bob"]),
        st.sampled_from(["lobby", "den"]),
        st.integers(0, 4),
    ),
    min_size=4,
    max_size=16,
)


class Tab:
    """What one open page shows, its frames applied."""

    def __init__(self, page: Page, user: User) -> None:
        self.page, self.user = page, user
        self.page.resume(sidebar="", title="Somewhere")
        self.shown: dict[int, tuple[str, str]] = {}
        self.title = ""
        self.read = 0

    def agrees(self) -> bool:
        """Whether it shows what the rows say, once all that came is applied."""
        self.page.send("{}")
        self.page.until("notice error")
        for frame in self.page.frames[self.read :]:
            self.apply(frame)
        self.read = len(self.page.frames)
        return (self.shown, self.title) == recount(self.user)

    def apply(self, frame: str) -> None:
        if LIST in frame:
            self.shown = {}
        for room_pk, span in SPAN.findall(frame):
            unread = re.search(r'class="unread[^"]*">([^<]*)', span)
            mentions = re.search(r'class="mentions">@([^<]*)', span)
            self.shown[int(room_pk)] = (
                unread[1] if unread else "",
                mentions[1] if mentions else "",
            )
        for title in TITLE.findall(frame):
            self.title = title


def recount(user: User) -> tuple[dict[int, tuple[str, str]], str]:
    shown, needs = {}, 0
    for member in Membership.objects.filter(user=user).exclude(attention=Attention.HIDDEN):
        behind = {"room": member.room_id, "seq__gt": member.last_read_seq}
        unread = Message.objects.filter(**behind).count()
        mentions = Mention.objects.filter(user=user, message__removed_at=None, **behind).count()
        if member.attention == Attention.NOTHING:
            mentions = 0
        shown[member.room_id] = (text(unread), text(mentions))
        needs += unread if member.attention == Attention.EVERYTHING else mentions
    needs += Mention.objects.outside(user.pk).count()
    return shown, f"({number(needs)}) Somewhere" if needs else "Somewhere"


def text(count: int) -> str:
    return number(count) if count else ""


def do(
    step: tuple[str, str, str, int], people: dict[str, Person], rooms: dict[str, Room], tab: Tab
) -> None:
    doing, who, where, which = step
    room, person = rooms[where], people[who]
    address = f"/rooms/{room.slug}"
    last = Message.objects.filter(room=room).count()
    seq = str(max(1, last - which))
    other = {"alice": "bob", "bob": "alice"}[who]
    own = Message.objects.filter(room=room, author__username=who, removed_at=None)
    if doing in ("post", "call", "everybody"):
        said = {"post": "hello", "call": f"hello @{other}", "everybody": "hello @room"}[doing]
        person.post_anyway(f"{address}/messages/", message=said)
    elif doing in ("read", "unread"):
        person.post_anyway(f"{address}/{doing}/", seq=seq)
    elif doing == "seen":
        tab.page.send(f'{{"type": "read", "seq": {seq}}}')
    elif doing == "attend":
        wish = Attention.values[which % len(Attention.values)]
        person.post_anyway(f"{address}/attention/", attention=wish)
    elif doing in ("edit", "remove") and own:
        mine = own.order_by("-seq")[min(which, len(own) - 1)].seq
        said = f"now @{other}" if which % 2 else "now nobody"
        person.post_anyway(f"{address}/messages/{mine}/{doing}/", message=said)
    elif doing in ("leave", "join"):
        people["bob"].post_anyway(f"/rooms/lobby/{doing}/")


def test_counts_and_titles_equal_a_recount_after_any_interleaving(
    live: LiveServer, lobby: Room, den: Room, alice: User, bob: User
) -> None:
    rooms = {"lobby": lobby, "den": den}
    with Person(live, alice) as hers, Person(live, bob) as his:
        people = {"alice": hers, "bob": his}
        with (
            live.socket("/ws/person/", alice) as one,
            live.socket("/ws/person/", bob) as two,
            live.socket(f"/ws/chat/{den.slug}/", bob) as three,
        ):
            tabs = [Tab(one, alice), Tab(two, bob), Tab(three, bob)]

            @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
            @given(STEPS)
            def interleave(steps: list[tuple[str, str, str, int]]) -> None:
                for step in steps:
                    do(step, people, rooms, tabs[2])
                for tab in tabs:
                    wait_for(
                        tab.agrees,
                        f"{tab.user} is shown {recount(tab.user)}, not {tab.shown} {tab.title!r}",
                    )

            interleave()
