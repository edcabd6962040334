"""`manage.py serve`: the product's own server."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import start_http_server

from config.asgi import application
from config.server import AlreadyServed, Server, claim


class Command(BaseCommand):
    help = "Serve pages and sockets with daphne."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen at")
        parser.add_argument("--work", action="store_true", help="run `manage.py work` beside it")

    def handle(self, *args: Any, host: str, port: int, work: bool, **options: Any) -> None:
        if not settings.REDIS_URL:
            self._claim()
        if settings.METRICS:
            self._show_metrics(settings.METRICS)
        with self._worker(host, port) if work else nullcontext():
            Server(application, host, port, ready=lambda: self._say(host, port)).run()

    @contextmanager
    def _worker(self, host: str, port: int) -> Iterator[None]:
        """`manage.py work` beside this process; it ends with it, however that ends."""
        command = [sys.executable, sys.argv[0], "work", "--beside", str(os.getpid())]
        environment = {"SITE_URL": f"http://{host}:{port}", **os.environ}
        with subprocess.Popen(command, env=environment) as worker:  # noqa: S603
            try:
                yield
            finally:
                worker.terminate()

    def _claim(self) -> None:
        try:
            claim(settings.DATABASE_URL)
        except AlreadyServed:
            raise CommandError(
                "Hubbub already runs with this database, and one process cannot tell another "
                "what happens without Redis. Stop the other one, or set REDIS_URL for both."
            ) from None

    def _show_metrics(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        try:
            start_http_server(int(port), host or "127.0.0.1")
        except (OSError, ValueError, OverflowError) as fault:
            raise CommandError(f"Metrics cannot be shown at METRICS={address}: {fault}") from None

    def _say(self, host: str, port: int) -> None:
        self.stdout.write(f"{settings.SITE_NAME} is at http://{host}:{port}/", ending="\n")
        self.stdout.flush()
