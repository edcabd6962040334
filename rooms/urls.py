"""The rooms' addresses: a table of contents."""

from django.urls import path

from rooms.views import (
    feeds,
    history,
    invitations,
    log,
    members,
    messages,
    people,
    reading,
    rooms,
    sanctions,
    saved,
    takeaway,
)

app_name = "rooms"

urlpatterns = [
    path("", rooms.index, name="list"),
    path("new/", rooms.new, name="new"),
    path("<str:slug>/", rooms.room, name="room"),
    path("<str:slug>/settings/", rooms.settings, name="settings"),
    path("<str:slug>/join/", members.join, name="join"),
    path("<str:slug>/leave/", members.leave, name="leave"),
    path("<str:slug>/history/", history.index, name="history"),
    path("<str:slug>/history/<str:day>/", history.day, name="day"),
    path("<str:slug>/read/", reading.read, name="read"),
    path("<str:slug>/unread/", reading.unread, name="unread"),
    path("<str:slug>/seen/<int:seq>/", reading.seen, name="seen"),
    path("<str:slug>/feed/", feeds.renew, name="feed"),
    path("<str:slug>/attention/", reading.attention, name="attention"),
    path("<str:slug>/members/", members.index, name="members"),
    path("<str:slug>/log/", log.index, name="log"),
    path("<str:slug>/members/<str:username>/", sanctions.person, name="person"),
    path("<str:slug>/members/<str:username>/mute/", sanctions.mute, name="mute"),
    path("<str:slug>/members/<str:username>/unmute/", sanctions.unmute, name="unmute"),
    path("<str:slug>/members/<str:username>/ban/", sanctions.ban, name="ban"),
    path("<str:slug>/members/<str:username>/unban/", sanctions.unban, name="unban"),
    path("<str:slug>/members/<str:username>/kick/", sanctions.kick, name="kick"),
    path("<str:slug>/members/<str:username>/sweep/", sanctions.sweep, name="sweep"),
    path("<str:slug>/members/<str:username>/remove/", members.remove, name="remove-member"),
    path("<str:slug>/members/<str:username>/role/", members.role, name="role"),
    path("<str:slug>/invitations/", invitations.index, name="invitations"),
    path("<str:slug>/invitations/<int:pk>/revoke/", invitations.revoke, name="revoke-invitation"),
    path("<str:slug>/take-away/", takeaway.room, name="take-away"),
    path("<str:slug>/messages/", messages.post, name="post"),
    path("<str:slug>/older/", messages.older, name="older"),
    path("<str:slug>/changes/", messages.changes, name="changes"),
    path("<str:slug>/trim/", messages.trim, name="trim"),
    path("<str:slug>/menu/", messages.menu, name="menu"),
    path("<str:slug>/messages/<int:seq>/", messages.message, name="message"),
    path("<str:slug>/messages/<int:seq>/day/", history.day_of_message, name="message-day"),
    path("<str:slug>/messages/<int:seq>/save/", saved.save, name="save"),
    path("<str:slug>/messages/<int:seq>/unsave/", saved.discard, name="discard"),
    path("<str:slug>/messages/<int:seq>/edit/", messages.edit, name="edit"),
    path("<str:slug>/messages/<int:seq>/remove/", messages.remove, name="remove"),
    path("<str:slug>/messages/<int:seq>/restore/", messages.restore, name="restore"),
]

# Below /people/, as a person is not in a room only.
people_urlpatterns = [
    path("<str:username>/", people.person, name="person"),
    path("<str:username>/block/", people.block, name="block"),
    path("<str:username>/unblock/", people.unblock, name="unblock"),
    path("<str:username>/suspend/", people.suspend, name="suspend"),
    path("<str:username>/ban/", people.ban, name="ban"),
    path("<str:username>/lift/", people.lift, name="lift"),
    path("<str:username>/sign-out/", people.sign_out, name="sign-out"),
    path("<str:username>/notes/", people.note, name="note"),
]
