"""The environment of the campaign and of the site, before any setting is read."""

import os
from pathlib import Path

from tests.servers import free_port

DISK = "disk"
ENVIRONMENT = {
    "HUBBUB_ENV_FILE": "",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "known to every reader of the campaign and therefore of no other use",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "EMAIL_URL": "memorymail://",
    "DEBUG": "off",
    "HASHED_STATIC": "off",
    "REDIS_URL": "",
    "THROTTLE_BURST": "1000000",
    "THROTTLE_RATE": "1000000",
}


def prepare(profile: str, folder: Path) -> None:
    """Nothing of a person's own settings counts; the database is one in `folder`.

    On PostgreSQL the campaign looks at it through a line of its own, which leads to wherever the
    server is after a restart.
    """
    urls = {
        "embedded": f"sqlite:///{folder / DISK / 'hubbub.sqlite3'}",
        "scaled": f"postgres://hubbub@127.0.0.1:{free_port()}/hubbub",
    }
    os.environ |= ENVIRONMENT | {"DATABASE_URL": urls[profile]}
    import django

    django.setup()
    from django.conf import settings

    settings.DATABASES["default"].get("OPTIONS", {}).pop("pool", None)
