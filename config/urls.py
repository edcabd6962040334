"""Every address, by noun."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.urls import staff_urlpatterns
from config import design, health, home
from rooms.urls import desk_urlpatterns, people_urlpatterns
from rooms.views import (
    appeals,
    feeds,
    help,
    invitations,
    leaving,
    letters,
    mentions,
    saved,
    search,
    takeaway,
    words,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:sessions")),
    path("accounts/", include("allauth.urls")),
    path("me/leave/", leaving.leave, name="leave"),
    path("me/take-away/", takeaway.mine, name="take-away"),
    path("me/", include("accounts.urls")),
    path("staff/words/", words.on_site, name="site-words"),
    path("staff/reports/", include((desk_urlpatterns, "desk"))),
    path("staff/", include((staff_urlpatterns, "staff"))),
    path("invited/<str:token>/", invitations.invited, name="invited"),
    path("rooms/", include("rooms.urls")),
    path("help/", help.index, name="help"),
    path("search/", search.index, name="search"),
    path("saved/", saved.index, name="saved"),
    path("people/", include((people_urlpatterns, "people"))),
    path("me/letters/", letters.wishes, name="letters"),
    path("letters/stop/<str:token>/", letters.stop, name="stop-letters"),
    path("feeds/<str:key>/", feeds.feed, name="feed"),
    path("mentions/", mentions.inbox, name="mentions"),
    path("mentions/told/", mentions.told, name="told"),
    path("mentions/told/read/", mentions.read_told, name="read-told"),
    path("appeals/<int:pk>/", appeals.in_room, name="appeal"),
    path("appeals/site/<str:token>/", appeals.on_site, name="appeal-site"),
    path("mentions/read/", mentions.read_all, name="read-all"),
    path("design/", design.design, name="design"),
    path("manifest.webmanifest", home.manifest, name="manifest"),
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
