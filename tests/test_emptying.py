"""What a test commits is gone before the next, whoever is reading it meanwhile."""

from contextlib import closing

from django.contrib.auth.models import Permission
from django.db import connection
from django.test import TransactionTestCase

from accounts.models import User
from rooms import actions
from rooms.models import Room
from tests import emptying


def test_nothing_is_left_even_while_somebody_reads(
    transactional_db: None, lobby: Room, alice: User
) -> None:
    actions.messages.post(room=lobby, author=alice, text="hello")
    with closing(connection.copy()) as other, other.cursor() as reader:
        other.set_autocommit(False)
        reader.execute("SELECT count(*) FROM rooms_message")
        emptying.empty(TransactionTestCase())
        assert reader.fetchone() == (1,)
        other.rollback()
    assert not emptying.filled()
    assert Permission.objects.exists()
