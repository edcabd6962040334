"""One's own pages, below /me/."""

from django.urls import path

from accounts.views import people, sessions

app_name = "accounts"
urlpatterns = [
    path("", people.profile, name="profile"),
    path("sessions/", sessions.index, name="sessions"),
    path("sessions/end/", sessions.end_others, name="end-sessions"),
    path("sessions/<int:pk>/end/", sessions.end, name="end-session"),
]
