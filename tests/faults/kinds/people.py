"""People whose right to a room ends while messages flow."""

import time
from collections.abc import AsyncIterator

from accounts.models import User
from rooms.models import Membership
from tests.faults import database, http
from tests.faults.episode import Episode
from tests.faults.fault import fault
from tests.faults.history import Outcome
from tests.live import session_of

# What is done without a word to the processes is found by the tick of five seconds.
TICK = 7.0


@fault("membership removed", short=True)
async def removed(episode: Episode) -> AsyncIterator[None]:
    """eve, who reads the private room through two pages, is removed by its owner."""
    await _open_two(episode)
    path = f"/rooms/{episode.private}/members/eve/remove/"
    answer = await http.post(episode.site.desk.port, path, episode.sessions["ann"], {})
    assert answer.status in (200, 302, 303), answer
    episode.revoke("eve", episode.private)
    yield


@fault("membership removed by hand in the database", lasts=TICK)
async def removed_by_hand(episode: Episode) -> AsyncIterator[None]:
    await _open_two(episode)
    members = Membership.objects.filter(room__slug=episode.private, user__username="eve")
    await database.ask(members.delete)
    episode.revoke("eve", episode.private, grace=TICK)
    yield


@fault("signed out", short=True)
async def signed_out(episode: Episode) -> AsyncIterator[None]:
    await _open_two(episode)
    path = "/accounts/logout/"
    answer = await http.post(episode.site.desk.port, path, episode.sessions["eve"], {})
    assert answer.status in (200, 302), answer
    episode.revoke("eve")
    yield


@fault("password changed")
async def password_changed(episode: Episode) -> AsyncIterator[None]:
    await _open_two(episode)
    new = "another long password"
    fields = {"oldpassword": database.PASSWORD, "password1": new, "password2": new}
    path = "/accounts/password/change/"
    answer = await http.post(episode.site.desk.port, path, episode.sessions["eve"], fields)
    assert answer.status in (200, 302), answer
    episode.revoke("eve")
    yield
    await database.ask(_restore, "eve")


@fault("account disabled in the admin", lasts=TICK)
async def disabled(episode: Episode) -> AsyncIterator[None]:
    await _open_two(episode)
    await database.ask(User.objects.filter(username="eve").update, is_active=False)
    episode.revoke("eve", grace=TICK)
    yield
    await database.ask(_restore, "eve")


@fault("room archived while messages flow")
async def archived(episode: Episode) -> AsyncIterator[None]:
    """Who reads the room is brought up to its end and closed; nobody writes until it is opened."""
    await _archive(episode, "on")
    begun = time.monotonic()
    for person in ("eve", "fay"):
        episode.revoke(person, episode.private)
    yield
    late = [
        op.text
        for op in episode.history.operations
        if op.room == episode.private and op.began > begun and op.outcome is Outcome.ACKNOWLEDGED
    ]
    assert not late, f"said in an archived room: {late[0]}"
    await _archive(episode, "")
    episode.read("jon", episode.private)


async def _archive(episode: Episode, archived: str) -> None:
    path, session = f"/rooms/{episode.private}/settings/", episode.sessions["ann"]
    answer = await http.post(episode.site.desk.port, path, session, {"archived": archived})
    assert answer.status in (200, 302, 303), answer


async def _open_two(episode: Episode) -> None:
    """Two more pages of eve's, so that every process has one; the messages go on."""
    pages = [episode.read("eve", episode.private) for _ in range(2)]
    for page in pages:
        await page.live.wait()


def _restore(name: str) -> str:
    """As before, for what comes next."""
    user = User.objects.get(username=name)
    user.is_active = True
    user.set_password(database.PASSWORD)
    user.save(update_fields=["is_active", "password"])
    return session_of(user)
