"""What accounts tell whoever listens, as they know nothing of rooms. Sent inside transactions."""

from django.dispatch import Signal

# `session_key`: this session is over.
session_ended = Signal()
# `user`, `keep` (the key of a session that goes on, or None), `notice` (why, in words).
sessions_ended = Signal()
# `user`, `room_key`: somebody has come in by an invitation to there ("": to the site).
invited = Signal()
# `user_pk`: what the site told somebody is more now, or was read.
told = Signal()
# `user`: others read another name of theirs now.
renamed = Signal()
# `user`: their own stylesheet has changed.
look_changed = Signal()
# `user`, `by`: staff have kept somebody out of the site for ever.
banned = Signal()
