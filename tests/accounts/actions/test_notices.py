"""What the site tells people."""

from django.db import transaction

from accounts.actions import notices
from accounts.models import Notice, User
from tests.conftest import person


def test_the_notices_of_one_are_read_by_that_one(alice: User, bob: User) -> None:
    with transaction.atomic():
        notices.tell(people=[alice, bob, bob], text=lambda: "x" * 900)
    notices.read(user=alice)
    assert Notice.objects.unread().get().user == bob
    assert person("zoe", "Zoe").notices.count() == 0
