"""Who may be told what: a query, asked by a person, becomes messages that this person may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.safestring import SafeString

from accounts.models import User
from rooms import conversations, days
from rooms.models import Kind, Message, Room
from rooms.models.files import in_words
from rooms.models.found import HAS, author_term, room_term
from rooms.models.rooms import banned_from
from rooms.search import postgresql, sqlite
from rooms.search.match import END, Match
from rooms.search.query import Phrase, Query, parse
from rooms.search.snippets import score, snippet

PAGE = 20
BEST_OF = 400

index = postgresql if connection.vendor == "postgresql" else sqlite


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of results ended: after the message `pk`, of the best ones among those before
    `below` after the one with `score`.
    """

    pk: int
    below: int = END
    score: int = 0

    @classmethod
    def read(cls, text: str | None) -> "Place | None":
        """A place as addresses have it; None for all that is none."""
        parts = (text or "").split("-")
        if len(parts) not in (1, 3) or not all(p.isascii() and p.isdigit() for p in parts):
            return None
        numbers = [int(part) for part in parts if len(part) < 19]
        return cls(*numbers) if len(numbers) == len(parts) else None

    def __str__(self) -> str:
        return f"{self.pk}-{self.below}-{self.score}" if self.below != END else str(self.pk)


@dataclass(frozen=True, slots=True)
class Result:
    message: Message
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results; `next` is where the following page begins, if there is one."""

    query: Query
    found: list[Result]
    next: Place | None


def search(user: User, text: str, *, best: bool, after: Place | None) -> Results:
    """What `user` may read that answers `text`, the newest or the best first.

    “Best” is among the newest 400 matches, then among the next 400, and so on: no page costs
    more than that. At most eight queries.
    """
    query = parse(text, days.zone_of(user))
    match = _match(user, query) if query.asks else None
    if match is None:
        return Results(query, [], None)
    page = _best if best and query.phrases else _newest
    messages, then = page(user, query.phrases, match, after)
    found = [Result(m, snippet(m.in_words, query.phrases)) for m in messages]
    return Results(query, found, then)


def _match(user: User, query: Query) -> Match | None:
    """What to ask the index; None where nothing can answer. At most five queries."""
    readable = Room.objects.readable_by(user)
    public, pks, rooms = _scope(user, readable, query)
    authors = _authors(user, query)
    if not (public or pks) or authors is None:
        return None
    groups: list[list[Phrase]] = [[phrase] for phrase in query.phrases]
    groups += [[(HAS[what],)] for what in query.has]
    groups += [[(term,) for term in authors]] if authors else []
    match = Match(groups, pks, public, [] if query.rooms else _barred(user))
    if not query.rooms and query.since is None and query.before is None:
        return match
    lowest, highest = _bounds(rooms, query)
    return replace(match, lowest=lowest, below=highest + 1, since=query.since, before=query.before)


def _scope(
    user: User, readable: QuerySet[Room], query: Query
) -> tuple[bool, list[int], QuerySet[Room]]:
    """Whether to look in all public rooms, in which others, and all of these. One query.

    `@name` is the conversation with that person.
    """
    if not query.rooms:
        private = readable.exclude(kind=Kind.PUBLIC).order_by()
        return True, list(private.values_list("pk", flat=True)), readable
    named = Q()
    for name in query.rooms:
        if name.startswith("@"):
            talks = user.memberships.filter(other__username__iexact=name[1:])
            named |= Q(pk__in=talks.values("room"))
        else:
            named |= Q(slug=name) | Q(name__iexact=name, pair=None)
    pks = list(readable.filter(named).order_by().values_list("pk", flat=True)[:BEST_OF])
    return False, pks, Room.objects.filter(pk__in=pks)


def _barred(user: User) -> list[Phrase]:
    """The terms of public rooms that this person may not read all the same. One query."""
    rooms = Room.objects.filter(pk__in=banned_from(user), kind=Kind.PUBLIC).order_by()
    return [(room_term(pk),) for pk in rooms.values_list("pk", flat=True)]


def _authors(user: User, query: Query) -> list[str] | None:
    """The terms of the people asked for; None where there are none of that name."""
    if not query.people:
        return []
    named = Q()
    for name in query.people:
        named |= Q(pk=user.pk) if name.lower() == "me" else Q(username__iexact=name)
    return [
        author_term(pk) for pk in User.objects.filter(named).values_list("pk", flat=True)
    ] or None


def _bounds(rooms: QuerySet[Room], query: Query) -> tuple[int, int]:
    """Between which primary keys the answers lie: two looks into an index for each room.

    Within a room they follow time; over all rooms this is a frame, not the condition itself.
    """
    here = Message.objects.filter(room=OuterRef("pk"))
    from_then = here.filter(created_at__gte=query.since) if query.since else here
    until_then = here.filter(created_at__lt=query.before) if query.before else here
    edges = rooms.annotate(
        low=Subquery(from_then.order_by("created_at", "seq").values("pk")[:1]),
        high=Subquery(until_then.order_by("-created_at", "-seq").values("pk")[:1]),
    ).aggregate(lowest=Min("low"), highest=Max("high"))
    return edges["lowest"] or 0, edges["highest"] or 0


def _newest(
    user: User, phrases: Sequence[Phrase], match: Match, after: Place | None
) -> tuple[list[Message], Place | None]:
    pks = index.matches(_before(match, after.pk if after else END), PAGE + 1)
    then = Place(pks[PAGE - 1]) if len(pks) > PAGE else None
    return _messages(user, pks[:PAGE]), then


def _best(
    user: User, phrases: Sequence[Phrase], match: Match, after: Place | None
) -> tuple[list[Message], Place | None]:
    below = after.below if after else END
    pks = index.matches(_before(match, below), BEST_OF)
    texts = Message.objects.filter(pk__in=pks).values_list("pk", "text", "files")
    scored = ((score(in_words(text, files), phrases), pk) for pk, text, files in texts)
    ranked = sorted(scored, reverse=True)
    if after and after.score:
        ranked = [place for place in ranked if place < (after.score, after.pk)]
    shown = ranked[:PAGE]
    then = None
    if len(ranked) > PAGE:
        anchor = below if below != END else pks[0] + 1
        then = Place(shown[-1][1], anchor, shown[-1][0])
    elif len(pks) == BEST_OF:
        then = Place(pks[-1], pks[-1])
    return _messages(user, [pk for _, pk in shown]), then


def _before(match: Match, pk: int) -> Match:
    return replace(match, below=min(match.below, pk))


def _messages(user: User, pks: list[int]) -> list[Message]:
    """These messages in this order; the index proposes, what one may read is asked here."""
    readable = Exists(Room.objects.readable_by(user).filter(pk=OuterRef("room")))
    standing = Message.objects.filter(readable, removed_at=None)
    found = standing.select_related("room", "author").in_bulk(pks)
    conversations.call((message.room for message in found.values()), user.pk)
    return [found[pk] for pk in pks if pk in found]
