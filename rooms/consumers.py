"""A socket's life: admitted, heard, left."""

import asyncio
import logging
import secrets
import time
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import languages
from accounts.models import User
from accounts.sockets import in_pool
from rooms import access, actions
from rooms.errors import Barred, Conflict, Refused, Slowed, TooFast, Waiting
from rooms.models import Membership
from rooms.reading import Reading
from rooms.realtime import commands, frames
from rooms.realtime.fault import Fault
from rooms.realtime.hub import Hub, running_hub
from rooms.realtime.socket import COME_BACK, Socket
from rooms.templatetags.writing import characters_left
from rooms.throttle import Bucket, posting

log = logging.getLogger("hubbub.socket")
admitting = Fault("Sockets are not let in; their pages try again")
storing = Fault("What pages send cannot be stored")

HOLD = 5.0
TYPING_EVERY = 2.0
PATIENCE = 100


class PersonConsumer(AsyncWebsocketConsumer):
    """The socket of a signed-in person's page that shows no room: its sidebar, live."""

    channel_layer_alias = None  # the hub listens to the layer, once for the whole process

    socket: Socket | None = None
    hub: Hub

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self.socket is not None:
                self.hub.leave(self.socket)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As the parent's, but without its hop to a thread for each message."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        translation.activate(self.language())
        self.hub = running_hub()
        self.commands = Bucket(settings.THROTTLE_BURST, settings.THROTTLE_RATE)
        self.refused = 0
        user = self.scope["user"]
        try:
            if user.is_authenticated:
                await self.admit(user)
                admitting.over()
            else:
                await self.turn_away(4401, _("Sign in to go on."))
        except Exception:
            if self.socket is None:
                raise
            admitting.shows()
            await self.close(COME_BACK)
        self.scope["settle"]()

    async def admit(self, user: User) -> None:
        await self.enter(user, None)

    async def enter(self, user: User, room_pk: int | None) -> None:
        """Accept, be heard by the hub, and only then look whether the right to be here holds."""
        await self.accept()
        key = self.scope["session_key"]
        self.socket = Socket(self.base_send, user.pk, user.username, user.name, key, room_pk)
        await self.hub.join(self.socket)
        await self.hub.confirm()

    def language(self) -> str:
        """What its page is in: this task, which is the socket's alone, speaks it."""
        accepted = dict(self.scope["headers"]).get(b"accept-language", b"")
        return languages.of(self.scope["user"], accepted.decode("latin-1"))

    async def turn_away(self, code: int, text: str) -> None:
        await self.accept()
        await self.send(text_data=frames.goodbye(text))
        await self.close(code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.socket is None or not self.socket.is_open:
            return
        try:
            self.commands.take()
            self.refused = 0 if self.commands.tokens > self.commands.burst / 2 else self.refused
            await self.obey(commands.parse(text_data))
        except Slowed as refusal:
            await self.socket.send(frames.notice(str(refusal)) + frames.wait(refusal.seconds))
        except TooFast as refusal:
            await self.slow_down(refusal)
        except Refused as refusal:
            await self.socket.send(frames.notice(str(refusal)))
        except DatabaseError:
            storing.shows()
            await self.socket.send(
                frames.notice(_("That could not be stored just now. Try again."))
            )
        except Exception:
            log.exception("A command on %s failed.", self.scope["path"])
            await self.socket.send(
                frames.notice(_("That did not work, and it is our fault. Please try again."))
            )

    async def slow_down(self, refusal: TooFast) -> None:
        assert self.socket is not None
        self.refused += 1
        if self.refused > PATIENCE:
            await self.socket.close(4408, frames.goodbye(str(refusal)))
        else:
            await self.socket.send(frames.notice(str(refusal)))

    async def obey(self, command: commands.Command) -> None:
        if isinstance(command, commands.Resume):
            await self.resume(command)

    async def resume(self, command: commands.Resume) -> None:
        """The page is open and says what it shows: bring it up to now."""
        assert self.socket is not None
        self.socket.title = self.socket.title or command.title
        await self.socket.send(frames.connection())
        digest = command.sidebar
        if digest is not None:
            await self.hub.sidebars.show(self.socket, digest)
        if command.inbox is not None:
            self.socket.inbox = command.inbox
            await self.hub.sidebars.show_inbox(self.socket)
        if command.desk:
            await self.hub.show_desk(self.socket)


class RoomConsumer(PersonConsumer):
    """The socket of a room's page."""

    member: Membership
    last_typing = 0.0
    resumed = held = False
    told_left = True
    shown = 0
    holding: asyncio.Task[None] | None = None

    async def admit(self, user: User) -> None:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        try:
            self.member = await in_pool(access.membership)(user, slug)
        except Http404:
            return await self.turn_away(4404, _("There is no such room."))
        except Barred as bar:
            return await self.turn_away(4403, str(bar))
        await self.enter(user, self.member.room_id)
        self.accepted_at = self.member.room.version
        self.holding = asyncio.create_task(self.hold())

    async def hold(self) -> None:
        """A client that does not resume is live, after a while, from when it was accepted."""
        await asyncio.sleep(HOLD)
        self.held = True
        await self.catch_up(self.accepted_at)

    async def obey(self, command: commands.Command) -> None:
        assert self.socket is not None
        match command:
            case commands.Post():
                await self.post(command)
            case commands.Typing():
                self.typing()
            case commands.Read():
                self.read(command.seq)
            case commands.Seen():
                self.socket.report(command.cursor)
            case commands.Draft():
                await self.draft(command.text)
            case commands.Resume():
                await self.resume(command)

    async def resume(self, command: commands.Resume) -> None:
        assert self.holding is not None
        if self.held:
            await asyncio.wait([self.holding])
            if command.cursor is not None and command.cursor < self.accepted_at:
                await self.catch_up(commands.UNKNOWN_CURSOR)  # a gap lies behind it by now
        elif not self.resumed:
            self.holding.cancel()
            await self.catch_up(command.cursor)
        self.held = False
        await super().resume(command)

    async def catch_up(self, cursor: int | None) -> None:
        """Go live from `cursor`. A page that cannot now is closed, so that it tries again."""
        assert self.socket is not None
        self.resumed = True
        try:
            await self.hub.resume(self.socket, cursor)
        except Exception:
            log.exception("A page of room %s was not brought up to now.", self.member.room_id)
            await self.socket.close(COME_BACK)

    async def post(self, command: commands.Post) -> None:
        """Post, and acknowledge at once: the fresh composer is what empties the box."""
        assert self.socket is not None
        posting(self.socket.user_pk).take()
        fresh = secrets.token_urlsafe(12)
        try:
            message = await in_pool(actions.messages.post)(
                room=self.member.room,
                author=self.scope["user"],
                text=command.text,
                nonce=command.nonce,
                reply=command.reply,
            )
        except Conflict:
            await self.socket.send(frames.other_nonce(fresh))
            raise
        except Waiting as waiting:
            told = frames.ack(command.nonce, fresh, waiting.seconds)
            await self.socket.send(told + frames.notice(str(waiting), "warning"))
            return
        told = frames.ack(command.nonce, fresh, message.wait) + frames.unreached(message)
        await self.socket.send(told)
        storing.over()
        self.last_typing = time.monotonic() + 1  # the page's last word on typing comes late

    async def draft(self, text: str) -> None:
        """Keep it; near the end its page is told how much more may be written, and then no more."""
        assert self.socket is not None
        await in_pool(actions.members.keep_draft)(member=self.member, text=text)
        is_near = bool(characters_left(text))
        if is_near or self.told_left:
            await self.socket.send(frames.left(text))
        self.told_left = is_near

    def typing(self) -> None:
        now = time.monotonic()
        if self.socket is not None and now - self.last_typing >= TYPING_EVERY:
            self.last_typing = now
            if self.socket.writes:
                user = self.scope["user"]
                self.hub.presence.typing(self.member.room_id, user.username, user.name)

    def read(self, seq: int) -> None:
        """The page shows this message, and says so again with whatever comes."""
        if seq != self.shown:
            self.shown = seq
            gathered = reading() if self.member.joined else reading_outside()
            gathered.saw(self.member.room_id, self.member.user_id, seq)

    async def disconnect(self, code: int) -> None:
        if self.holding is not None:
            self.holding.cancel()


_reading: Reading | None = None
_reading_outside: Reading | None = None


def reading() -> Reading:
    """This process's read marks on their way, begun in the running loop if there are none yet."""
    global _reading
    if _reading is None or _reading.loop is not asyncio.get_running_loop():
        _reading = Reading(in_pool(actions.members.see))
    return _reading


def reading_outside() -> Reading:
    """The same of people who have not joined and have no mark: what was said to them is seen."""
    global _reading_outside
    if _reading_outside is None or _reading_outside.loop is not asyncio.get_running_loop():
        _reading_outside = Reading(in_pool(actions.mentions.see))
    return _reading_outside


class NowhereConsumer(AsyncWebsocketConsumer):
    """An address that is no socket of ours: told so, and closed for good."""

    channel_layer_alias = None

    async def connect(self) -> None:
        await self.accept()
        await self.send(text_data=frames.goodbye(_("There is nothing here.")))
        await self.close(4404)
        self.scope["settle"]()
