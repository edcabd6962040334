"""What every page may say about the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.adapter import signup_is_open


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, and whether strangers may sign up.

    At most one query, only where a page asks for `signup_open`.
    """
    return {"site_name": settings.SITE_NAME, "signup_open": SimpleLazyObject(signup_is_open)}
