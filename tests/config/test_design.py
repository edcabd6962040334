"""The page that shows every component, and the colours on it."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from config import colours
from config.design import FEET, ICONS, LINES

pytestmark = pytest.mark.once


def test_whatever_is_read_can_be_read_and_whatever_is_pressed_be_seen() -> None:
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for the edges of fields; black on white is 21 to 1."""
    assert colours.contrast(colours.luminance(1, 0, 0), colours.luminance(0, 0, 0)) == 21
    low = [ratio for ratio in colours.texts() if min(ratio.light, ratio.dark) < 4.5]
    low += [r for r in colours.ratios(colours.EDGES) if min(r.light, r.dark) < 3]
    assert low == []


def test_staff_see_it_and_everybody_where_debug_is_on(
    client: Client, as_alice: Client, alice: User, settings: Settings
) -> None:
    assert [each.get("/design/").status_code for each in (client, as_alice)] == [302, 404]
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    assert as_alice.get("/design/").status_code == 200
    settings.DEBUG = True
    assert client.get("/design/").status_code == 200


def test_every_state_is_made_without_asking_the_database(
    client: Client, db: None, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.DEBUG = True
    with django_assert_num_queries(0):
        pages = [client.get("/design/", {"foot": foot}).text for foot in FEET]
        lines = [client.get("/design/", {"line": line}).text for line in LINES]
    assert len({what_follows('class="foot"', page) for page in pages}) == len(FEET)
    assert len({what_follows('id="connection"', page)[:300] for page in lines}) == len(LINES)
    assert '<i role="img" aria-label="Private">' in pages[0]
    assert all(f'id="m{seq}"' in pages[0] for seq in range(1, 18))
    assert all(f'#{icon}"' in pages[0] for icon in ICONS)


def what_follows(beginning: str, page: str) -> str:
    """Without what is random on every page."""
    return re.sub(r'(nonce|value)="[\w+/=-]{20,}"', "", page.partition(beginning)[2])
