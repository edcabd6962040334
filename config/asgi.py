"""The way in for HTTP and for sockets."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from accounts.sockets import AuthMiddlewareStack  # noqa: E402
from config.admission import Admission  # noqa: E402
from config.handler import Handler  # noqa: E402
from config.origin import SameOriginValidator  # noqa: E402
from rooms.realtime.hub import running_hub  # noqa: E402
from rooms.routing import websocket_urlpatterns  # noqa: E402

admission = Admission(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
routes = ProtocolTypeRouter({"http": Handler(), "websocket": SameOriginValidator(admission)})


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Every request and every socket.

    The root path is never a request's to say: daphne takes it from any client's
    `Daphne-Root-Path` header, and every address made in that request would follow it.
    """
    running_hub()
    await routes({**scope, "root_path": ""}, receive, send)
