"""Forms are UTF-8, as this site's pages send them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.errors import bad_request

Handler = Callable[[HttpRequest], HttpResponse]


def utf8_only(get_response: Handler) -> Handler:
    """Refuse a body in another encoding: some decode to what no database takes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            return bad_request(request, ValueError(charset))
        return get_response(request)

    return middleware
