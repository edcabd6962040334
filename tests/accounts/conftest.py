"""What the account tests share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    """Attempts are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


def sign_up(client: Client, username: str, **changes: str) -> Any:
    fields = {
        "username": username,
        "email": f"{username.lower()}@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post("/accounts/signup/", fields | changes)
