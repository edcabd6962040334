"""Somebody's conversations of two, and what each is called for them."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from accounts.models import User
from rooms.models import Kind, Membership, Room


def of(user: User, words: str = "") -> QuerySet[Membership]:
    """This person's conversations, hidden ones too, the latest first; with `words`, those with
    people who are called something like it. One query."""
    mine = Membership.objects.filter(user=user, room__kind=Kind.DIRECT)
    if words:
        like = Q(other__username__icontains=words) | Q(other__display_name__icontains=words)
        mine = mine.filter(like)
    latest = F("room__last_posted_at").desc(nulls_last=True)
    return mine.select_related("room", "other").order_by(latest, "pk")


def call(rooms: Iterable[Room], user_pk: int) -> None:
    """Call the conversations among these rooms by the other's name, as this person sees them.

    One query where there are any.
    """
    direct = [room for room in rooms if room.is_direct]
    if direct:
        mine = Membership.objects.filter(user=user_pk, room__in=direct).select_related("other")
        titles = {member.room_id: member for member in mine}
        for room in direct:
            if member := titles.get(room.pk):
                member.room = room
                room.name = member.title
