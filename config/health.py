"""What a proxy or a supervisor asks: alive; able to serve."""

import logging

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.realtime import bus

log = logging.getLogger("hubbub.health")


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 if the database and the channel layer answer, else 503, as while draining. One query."""
    from config.asgi import admission  # which leads here itself

    if admission.draining:
        return HttpResponse("draining\n", status=503, content_type="text/plain")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        bus.reach()
    except Exception:
        log.exception("Not ready.")
        return HttpResponse("not ready\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
