"""The obvious way, to compare with: a consumer for each socket, which renders for itself.

As tutorials have it: the socket joins the room's group, a message is stored and sent to the group,
and each consumer of the group renders the template and sends it. The template, the stored row and
the server are the same as ours. No edits, no resume, no unread marks.

    python -m tests.benchmarks.obvious PORT
"""

import json
import os
import sys
from datetime import datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import transaction  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.server import Server  # noqa: E402
from rooms import markup  # noqa: E402
from rooms.models import Membership, Message, Room  # noqa: E402


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        self.user = self.scope["user"]
        self.slug = self.scope["url_route"]["kwargs"]["slug"]
        self.room = await Room.objects.aget(slug=self.slug)
        self.group = f"chat_{self.room.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text = json.loads(text_data or "")["message"]
        message = await database_sync_to_async(self.store)(text)
        row = {
            "slug": self.slug,
            "seq": message.seq,
            "username": self.user.username,
            "name": self.user.name,
            "initials": self.user.initials,
            "tone": self.user.tone,
            "html": message.html,
            "at": message.created_at.isoformat(),
            "opens_run": message.opens_run,
        }
        await self.channel_layer.group_send(self.group, {"type": "chat.message", "row": row})

    async def chat_message(self, event: dict[str, Any]) -> None:
        at = datetime.fromisoformat(event["row"]["at"])
        html = render_to_string("rooms/message.html#row", {**event["row"], "at": at})
        await self.send(text_data=f'<div hx-swap-oob="beforeend:#messages">{html}</div>')

    def store(self, text: str) -> Message:
        html, now = markup.render(text), timezone.now()
        with transaction.atomic():
            numbers = Room.advance_by_message(self.room.pk, author=self.user, at=now)
            Membership.objects.get(room=self.room, user=self.user)
            return Message.objects.create(
                room=self.room,
                author=self.user,
                seq=numbers.last_seq,
                version=numbers.version,
                posted_version=numbers.version,
                text=text,
                html=html,
                created_at=now,
                opens_run=numbers.run_head == numbers.last_seq,
                opens_day=numbers.day_head == numbers.last_seq,
            )


application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": AuthMiddlewareStack(
            URLRouter([path("ws/chat/<slug:slug>/", ChatConsumer.as_asgi())])
        ),
    }
)

if __name__ == "__main__":
    Server(application, "127.0.0.1", int(sys.argv[1])).run()
