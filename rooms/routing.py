"""The sockets' addresses."""

from django.urls import path, re_path

from rooms.consumers import NowhereConsumer, PersonConsumer, RoomConsumer

websocket_urlpatterns = [
    path("ws/chat/<str:slug>/", RoomConsumer.as_asgi()),
    path("ws/person/", PersonConsumer.as_asgi()),
    re_path(r"", NowhereConsumer.as_asgi()),
]
