"""One's own pages, below /me/, and staff's."""

from django.urls import path

from accounts.views import audit, invitations, look, people, sessions

app_name = "accounts"
urlpatterns = [
    path("", people.profile, name="profile"),
    path("look.css", look.look, name="look"),
    path("sessions/", sessions.index, name="sessions"),
    path("sessions/end/", sessions.end_others, name="end-sessions"),
    path("sessions/<int:pk>/end/", sessions.end, name="end-session"),
]

# Below /staff/: what looks after the whole site.
staff_urlpatterns = [
    path("log/", audit.index, name="log"),
    path("log.csv", audit.export, name="log-export"),
    path("invitations/", invitations.index, name="invitations"),
    path("invitations/<int:pk>/revoke/", invitations.revoke, name="revoke-invitation"),
]
