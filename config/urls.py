"""Every address, by noun."""

from django.contrib import admin
from django.urls import include, path

from config import health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("me/", include("accounts.urls")),
    path("rooms/", include("rooms.urls")),
    path("connection/lost/", home.connection_lost, name="connection-lost"),
    path("connection/stale/", home.connection_stale, name="connection-stale"),
    path("nothing/", home.nothing, name="nothing"),
    path("admin/", admin.site.urls),
    path("healthz", health.alive),
    path("readyz", health.ready),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
