"""Each page hears its own language, and all of them the same rows."""

import json
from contextlib import ExitStack

from accounts.models import User
from rooms.models import Room
from tests.live import LiveServer
from tests.rooms.realtime.test_closing import Person


def test_a_socket_speaks_its_readers_language_and_everybodys_rows_are_the_same(
    live: LiveServer, lobby: Room, alice: User, bob: User, carol: User
) -> None:
    User.objects.filter(pk=bob.pk).update(language="de")
    with ExitStack() as stack:
        sockets = [live.socket("/ws/chat/lobby/", user) for user in (alice, bob)]
        hers, his = pages = [stack.enter_context(socket) for socket in sockets]
        moderator = stack.enter_context(Person(live, carol))
        assert [page.resume().count(">Live<") for page in pages] == [1, 1]
        for page in pages:
            page.send(json.dumps({"message": " "}))
        hers.until("Write something first")
        his.until("Schreib zuerst etwas")
        his.say("Guten Morgen")
        moderator.post("/rooms/lobby/messages/1/remove/", reason="")
        removed = [page.until("A moderator removed a message by Bob Brown") for page in pages]
        assert removed[0] == removed[1]
        moderator.post("/rooms/lobby/members/bob/mute/", seconds="", reason="")
        his.until("Du bist hier für immer stummgeschaltet")
        moderator.post("/rooms/lobby/members/bob/ban/", seconds="", reason="Genug")
        his.until("Du bist hier für immer gesperrt. Grund: Genug")
