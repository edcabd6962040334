"""How mail leaves: so that a process killed at any moment knows afterwards whether it left."""

import smtplib
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

END_OF_DATA = b"\r\n.\r\n"

_about_to_leave: ContextVar[Callable[[], None] | None] = ContextVar("about_to_leave", default=None)


def hand_over(message: EmailMessage, about_to_leave: Callable[[], None]) -> None:
    """Send `message`, and call `about_to_leave` when all but its last line is with the server.

    Before that line a server forgets the message; with it the message is the server's. What
    `about_to_leave` raises ends the sending before it.
    """
    if not isinstance(mailers["default"], EmailBackend):
        about_to_leave()
    token = _about_to_leave.set(about_to_leave)
    try:
        message.send()
    finally:
        _about_to_leave.reset(token)


class _LastLineApart:
    def send(self, data: Any) -> None:
        send = super().send  # type: ignore[misc]
        tell = _about_to_leave.get()
        if tell is None or not isinstance(data, bytes) or not data.endswith(END_OF_DATA):
            send(data)
            return
        send(data[:-3])
        tell()
        send(data[-3:])


class _SMTP(_LastLineApart, smtplib.SMTP):
    pass


class _SMTPOverTLS(_LastLineApart, smtplib.SMTP_SSL):
    pass


class EmailBackend(SMTPBackend):
    """Django's, whose connection sends the line that ends a message by itself."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _SMTPOverTLS if self.use_ssl else _SMTP
