"""`python -m tests.benchmarks NAME`: each of the modules here, prints a Markdown table.

Everything runs on this machine's loopback, on private servers and a database of its own, and
leaves nothing behind. Nothing here passes or fails.
"""

import argparse
import atexit
import os
import tempfile
from pathlib import Path

from tests.servers import start_postgresql, start_redis, start_sweeper

ENVIRONMENT = {
    "HUBBUB_ENV_FILE": "",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "known to every reader of the benchmarks and therefore of no other use",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "EMAIL_URL": "memorymail://",
    "DEBUG": "off",
    "HASHED_STATIC": "on",
    "REDIS_URL": "",
    "THROTTLE_BURST": "1000000",
    "THROTTLE_RATE": "1000000",
}


def main() -> None:
    options = arguments().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hubbub-benchmark-"))
    atexit.register(start_sweeper(folder).stop)
    os.environ |= ENVIRONMENT | databases(options.profile, folder)
    prepare()
    from tests.benchmarks import admin, fanout, flood, layers, page, posting

    modules = {
        "fanout": fanout,
        "posting": posting,
        "page": page,
        "layers": layers,
        "flood": flood,
        "admin": admin,
    }
    modules[options.benchmark].run(options)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "benchmark", choices=["fanout", "posting", "page", "layers", "flood", "admin"]
    )
    parser.add_argument(
        "--profile",
        choices=["embedded", "scaled"],
        default="embedded",
        help="scaled: on a private PostgreSQL and Redis",
    )
    parser.add_argument("--readers", type=int, default=300, help="fanout: how many sockets (300)")
    parser.add_argument("--seconds", type=int, default=10, help="fanout: how long at a rate (10)")
    parser.add_argument("--rates", default="10,100", help="fanout: messages a second (10,100)")
    parser.add_argument("--ours", action="store_true", help="fanout: not the obvious way as well")
    parser.add_argument("--big", action="store_true", help="page: at 1,000,000 messages as well")
    return parser


def databases(profile: str, folder: Path) -> dict[str, str]:
    if profile == "embedded":
        return {"DATABASE_URL": f"sqlite:///{folder / 'hubbub.sqlite3'}"}
    folder.chmod(0o711)
    redis, postgresql = start_redis(folder / "redis"), start_postgresql(folder / "postgresql")
    for server in (redis, postgresql):
        atexit.register(server.stop)
    return {"DATABASE_URL": postgresql.url, "REDIS_URL": redis.url}


def prepare() -> None:
    """The product as its operator has it: hashed static files, an up-to-date database."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
