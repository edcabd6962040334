"""Whose session counts."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class Backend(AuthenticationBackend):
    """allauth's, and nobody who is suspended is anybody, whatever session says so.

    It is asked with every request, of a row that is read anyway. Signing in is not refused here
    but by the adapter, which says until when and why.
    """

    def get_user(self, user_id: int) -> User | None:
        user: User | None = super().get_user(user_id)
        return user if user and user.is_welcome else None
