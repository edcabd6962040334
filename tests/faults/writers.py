"""Writers: people who send until they are told what became of it, by socket and by form."""

import asyncio
import json
import random
import secrets
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection

from tests.faults import database, http
from tests.faults.history import Operation, Outcome
from tests.faults.invariants import REACTION
from tests.faults.page import Frame
from tests.faults.proxy import Proxy
from tests.faults.readers import GONE, open_socket

ANSWER = 6.0
GIVE_UP = 25.0
BETWEEN = (0.05, 0.3)
BACK = 4
CHANGES = ["edit", "edit", "remove"]
WORDS = ["tea", "toast", "a walk", "the kettle", "rain", "a train", "supper", "the cat"]

# What was said to one attempt: the outcome if it is a last word, and the sentence.
type Told = tuple[Outcome | None, str]


@dataclass(slots=True)
class Desk:
    """Where writers sit: their room, their way in, and the list of all they do."""

    room: str
    way: Proxy
    operations: list[Operation]
    seed: str
    leaving: asyncio.Event


class Writer:
    """Says one thing after the other until the desk is left, each until it is answered."""

    def __init__(self, person: str, session: str, desk: Desk) -> None:
        self.person, self.session, self.desk = person, session, desk
        self.random = random.Random(f"{desk.seed} {person} {desk.room}")
        self.count = 0
        self.left = 0.0

    async def run(self) -> None:
        while not self.desk.leaving.is_set():
            await self.say()
            await self.pause()

    async def say(self) -> Operation:
        return await self.carry_out(self.operation("post"))

    async def pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.desk.leaving.wait(), self.random.uniform(*BETWEEN))

    def operation(self, kind: str, seq: int = 0) -> Operation:
        self.count += 1
        text = f"{self.desk.room} {self.person} {self.count} {self.random.choice(WORDS)}"
        nonce = f"{self.person}-{self.desk.room}-{self.count}-{secrets.token_hex(4)}"
        began = time.monotonic()
        operation = Operation(kind, self.person, self.desk.room, text, nonce, began, seq=seq)
        self.desk.operations.append(operation)
        return operation

    async def carry_out(self, operation: Operation) -> Operation:
        """Try until there is a last word, or for `GIVE_UP` seconds after the desk was left."""
        while not self._gives_up():
            operation.attempts += 1
            try:
                outcome, told = await self.attempt(operation)
            except GONE:
                outcome, told = None, ""
            operation.ended = time.monotonic()
            if outcome is not None:
                # What an attempt without an answer did, a refusal of the next one does not say.
                unsure = outcome is Outcome.FAILED and operation.attempts > 1
                operation.outcome = Outcome.UNKNOWN if unsure else outcome
                operation.told = told
                return operation
            await asyncio.sleep(self.random.uniform(0.1, 0.5))
        operation.ended = time.monotonic()
        return operation

    async def attempt(self, operation: Operation) -> Told:
        raise NotImplementedError

    def _gives_up(self) -> bool:
        if self.desk.leaving.is_set():
            self.left = self.left or time.monotonic()
        return bool(self.left) and time.monotonic() - self.left > GIVE_UP


class FormWriter(Writer):
    """By HTTP, as a page without script or a bot does."""

    async def attempt(self, operation: Operation) -> Told:
        path = f"/rooms/{operation.room}/messages/"
        fields = {"message": operation.text, "nonce": operation.nonce}
        if operation.kind == "react":
            path = f"/rooms/{operation.room}/react/"
            fields = {"react": f"{operation.seq} {REACTION}"}
        elif operation.kind != "post":
            path += f"{operation.seq}/{operation.kind}/"
            fields = {"message": operation.text, "reason": ""}
        elif operation.seq:
            fields["reply"] = str(operation.seq)
        answer = await http.post(self.desk.way.port, path, self.session, fields, ANSWER)
        if answer.status in (200, 302, 303) and "/accounts/login/" not in answer.body:
            return Outcome.ACKNOWLEDGED, ""
        if answer.status in (302, 403, 404, 422):
            return Outcome.FAILED, Frame(answer.body).notice or f"status {answer.status}"
        return None, ""


class SocketWriter(Writer):
    """Over a room's socket, as the page does; another one after each that ends."""

    socket: ClientConnection | None = None

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self._drop()

    async def attempt(self, operation: Operation) -> Told:
        try:
            if self.socket is None:
                self.socket = await open_socket(self.desk.way.port, self.desk.room, self.session)
                await self.socket.send('{"type": "resume", "cursor": "now"}')
            sent = {"message": operation.text, "nonce": operation.nonce}
            await self.socket.send(json.dumps(sent))
            async with asyncio.timeout(ANSWER):
                return await self._answer(self.socket)
        except BaseException:
            self._drop()
            raise

    async def _answer(self, socket: ClientConnection) -> Told:
        while True:
            frame = Frame(str(await socket.recv()))
            if frame.acknowledges:
                return Outcome.ACKNOWLEDGED, ""
            if "our fault" in frame.notice or "Try again" in frame.notice:
                return None, frame.notice
            if frame.notice:
                return Outcome.FAILED, frame.notice

    def _drop(self) -> None:
        if self.socket is not None:
            self.socket.transport.abort()
            self.socket = None


class Editor(FormWriter):
    """Says something each time, reacts or replies to what it said `BACK` times ago, and changes or
    removes that."""

    async def run(self) -> None:
        said: deque[Operation] = deque()
        while not self.desk.leaving.is_set():
            said.append(await self.say())
            if len(said) > BACK:
                await self._change(said.popleft())
            await self.pause()

    async def _change(self, said: Operation) -> None:
        seq = await database.ask(database.seq_of, self.desk.room, said.nonce)
        if seq and said.outcome is Outcome.ACKNOWLEDGED:
            for kind in (self.random.choice(["react", "post"]), self.random.choice(CHANGES)):
                await self.carry_out(self.operation(kind, seq))


class Multiplier(FormWriter):
    """Sends each message ten times at once, to every process, with one nonce."""

    def __init__(self, person: str, session: str, desk: Desk, ports: list[int]) -> None:
        super().__init__(person, session, desk)
        self.ports = ports

    async def attempt(self, operation: Operation) -> Told:
        path = f"/rooms/{operation.room}/messages/"
        fields = {"message": operation.text, "nonce": operation.nonce}
        asked = [
            http.post(self.ports[number % len(self.ports)], path, self.session, fields, ANSWER)
            for number in range(10)
        ]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        statuses = {a.status if isinstance(a, http.Answer) else 0 for a in answers}
        return (Outcome.ACKNOWLEDGED, "") if statuses == {200} else (None, "")


class Deserter(FormWriter):
    """Is gone right after each POST, and so never knows; every second one it sends again."""

    async def attempt(self, operation: Operation) -> Told:
        path = f"/rooms/{operation.room}/messages/"
        fields = {"message": operation.text, "nonce": operation.nonce}
        await http.abandon(self.desk.way.port, path, self.session, fields)
        if self.random.random() < 0.5:
            return Outcome.UNKNOWN, ""
        return await super().attempt(operation)


type MakeWriter = Callable[[str, str, Desk], Writer]
