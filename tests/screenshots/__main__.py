"""`python -m tests.screenshots [WORD …]`: every page and state on one sheet, or some by name.

`python -m tests.screenshots weights`: what pages weigh.
"""

import os
import sys

import django

ENVIRONMENT = {
    "HUBBUB_ENV_FILE": "",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "known to every reader of this and therefore of no other use",
    "ALLOWED_HOSTS": "127.0.0.1",
    "DATABASE_URL": "sqlite://:memory:",
    "REDIS_URL": "",
    "EMAIL_URL": "memorymail://",
    "DEBUG": "off",
    "HASHED_STATIC": "on",
    "SITE_NAME": "Hubbub",
}


def main() -> None:
    os.environ |= ENVIRONMENT
    django.setup()
    from tests.screenshots import sheet, weights

    if sys.argv[1:] == ["weights"]:
        weights.main()
    else:
        sheet.main(*sys.argv[1:])


if __name__ == "__main__":
    main()
