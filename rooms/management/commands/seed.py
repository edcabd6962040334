"""`manage.py seed`: a demonstration world."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rooms.errors import Invalid
from rooms.seeding import world
from rooms.seeding.people import PASSWORD


class Command(BaseCommand):
    help = (
        "Make people, rooms and a year of conversations to try Hubbub with; what is there already "
        "stays. Everybody knows these people's password: not for a site that strangers can reach."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rooms", type=_at_least(1), default=5, help="seed-1, seed-2 … (5)")
        parser.add_argument("--users", type=_at_least(1), default=30, help="user1, user2 … (30)")
        parser.add_argument(
            "--messages", type=_at_least(0), default=10_000, help="most of them in seed-1 (10000)"
        )

    def handle(
        self, *args: Any, rooms: int, users: int, messages: int, verbosity: int, **options: Any
    ) -> None:
        def say(line: str) -> None:
            if verbosity > 1:
                self.stdout.write(line)
                self.stdout.flush()

        try:
            added = world.build(rooms=rooms, users=users, messages=messages, say=say)
        except Invalid as problem:
            raise CommandError(str(problem)) from None
        if verbosity:
            self.stdout.write(_summary(added, users))


def _at_least(least: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
        return int(text)

    return number


def _summary(added: world.Added, users: int) -> str:
    if not added:
        return "All of it is here already; nothing was added."
    return (
        f"Added rooms: {added.rooms:,}, people: {added.people:,}, messages: {added.messages:,}. "
        f"Sign in as user1 to user{users} with the password {PASSWORD}."
    )
