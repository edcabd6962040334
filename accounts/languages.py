"""Which language is spoken, to whom."""

from collections.abc import Callable
from functools import lru_cache, wraps

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import User


def to_everybody() -> translation.override:
    """The site's language, in which everything is said that is the same bytes for everybody."""
    return translation.override(settings.LANGUAGE_CODE)


def to(user: User) -> translation.override:
    """The language of somebody who is not asking just now, as for letters."""
    return translation.override(user.language or settings.LANGUAGE_CODE)


def of(user: object, accepted: str) -> str:
    """The language of whoever asks: their own choice, else what their browser accepts."""
    return getattr(user, "language", "") or _best(accepted)


def kept[**P](size: int) -> Callable[[Callable[P, str]], Callable[P, str]]:
    """The newest `size` results of what renders are kept, those of each language apart."""

    def decorate(function: Callable[P, str]) -> Callable[P, str]:
        @lru_cache(maxsize=size)
        def found(language: str | None, *args: P.args, **kwargs: P.kwargs) -> str:
            return function(*args, **kwargs)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> str:
            return found(translation.get_language(), *args, **kwargs)  # type: ignore[arg-type]

        return call

    return decorate


def spoken(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a request is answered in the language of whoever asks.

    The browser's, until something asks who that is: then their own. No query of its own, so that
    what is said while the database is away can be said.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        accepted = request.headers.get("Accept-Language", "")

        def recognised() -> AbstractBaseUser | AnonymousUser:
            user = get_user(request)
            translation.activate(of(user, accepted))
            return user

        request.user = SimpleLazyObject(recognised)  # type: ignore[assignment]
        with translation.override(of(None, accepted)):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language",))
        return response

    return answer


def _best(accepted: str) -> str:
    """The best of our languages for an Accept-Language header, the site's where none is known."""
    for code, _quality in parse_accept_lang_header(accepted):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
