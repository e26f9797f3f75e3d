"""What pages read of things and reviews: lists by keyset, one thing, one review, what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.http import HttpRequest

from communities.content.managers import ThreadQuerySet
from communities.content.models import Post, Space, Subscription, Thread
from communities.content.showing.reading import with_reader
from communities.content.viewers import Viewer, readable_spaces, viewer_of
from communities.keysets import NUMBER, Keyset, Page
from communities.letters import fold
from communities.models import Community, Membership
from communities.queries import FEW_NAMED
from communities.reviews.counting import NOTHING, Tally, standing_reviews, tallies_of
from communities.reviews.models import REVIEW, REVIEWS, Review, Thing

PER_PAGE = 20
NEWEST = Keyset(("pk", NUMBER), size=PER_PAGE)
BY_RATING = Keyset(("stars", NUMBER), ("pk", NUMBER), size=PER_PAGE)
# The ways in which the reviews of a thing are sorted; the usual one first.
ORDERS = ("new", "best", "worst")


def readable_shelves(community: Community, viewer: Viewer) -> list[Space]:
    return readable_spaces(community, viewer, REVIEWS)


def has_shelves(request: HttpRequest) -> bool:
    """Whether there is a space of reviews that this reader may open: a place in the header leads to something."""
    visit: Any = request
    return bool(readable_shelves(visit.community, viewer_of(request)))


@dataclass
class Shown:
    """A thing in a list, with what its reviews come to."""

    thing: Thing
    tally: Tally = NOTHING


def listed_things(
    viewer: Viewer, spaces: Sequence[Space], *, words: str = "", after: str = ""
) -> Page[Shown]:
    """Things of these spaces, the latest first; those with these words in name or place. Two
    statements, three where words are looked for."""
    by_id = {space.pk: space for space in spaces}
    things = Thing.objects.in_spaces(list(by_id)).newest()
    if words:
        things = things.called(words, things_named(words))
    place = NEWEST.place(after)
    page: Page[Thing] = NEWEST.page(things.before(*place) if place else things)
    tallies = tallies_of(viewer, [thing.pk for thing in page.rows])
    for thing in page.rows:
        thing.space = by_id[thing.space_id]
    return Page([Shown(thing, tallies.get(thing.pk, NOTHING)) for thing in page.rows], page.older)


def things_named(words: str) -> list[int] | None:
    """The numbers of those in scope that have the words in their name or place, without regard to accents and case.
    None where they are more than `FEW_NAMED`, whom a list meets at once, and of less than three letters."""
    words = words.replace("\0", " ")
    if len(fold(words)) < 3:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select things_named(%s, %s)", [words, FEW_NAMED + 1])
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= FEW_NAMED else None


def thing_at(community: Community, viewer: Viewer, slug: str) -> Thing | None:
    """One whose space this reader may open."""
    thing: Thing | None = Thing.objects.filter(slug=slug).first()
    spaces = {space.pk: space for space in readable_shelves(community, viewer)}
    if thing is None or thing.space_id not in spaces:
        return None
    thing.space = spaces[thing.space_id]
    return thing


@dataclass
class Row:
    """A review in the list of its thing: its thread (with `review` and author), its text, the brand’s answer."""

    thread: Thread
    body: Post | None = None
    answer: Post | None = None

    @property
    def review(self) -> Review:
        review: Review = self.thread.review
        return review


def reviews_of(
    viewer: Viewer, thing: Thing, *, order: str, stars: int = 0, verified: bool = False, after: str = ""
) -> Page[Row]:
    """A page of the reviews of a thing: two statements."""
    threads = standing_reviews(viewer).filter(review__thing=thing)
    if stars:
        threads = threads.filter(review__rating=stars)
    if verified:
        threads = threads.filter(review__verified_at__isnull=False)
    page = _in_order(threads, "new" if stars else order, after)
    bodies = {post.thread_id: post for post in Post.objects.bodies_of([one.pk for one in page.rows])}
    return Page([_row(thread, bodies) for thread in page.rows], page.older)


def _in_order(threads: ThreadQuerySet, order: str, after: str) -> Page[Thread]:
    threads = threads.select_related("author", "space", "review__answer__author")
    if order == "new":
        place = NEWEST.place(after)
        if place:
            threads = threads.filter(review__pk__lt=place[0])
        return NEWEST.page(threads.order_by("-review__pk"))
    is_best = order == "best"
    place = BY_RATING.place(after)
    if place:
        stars, last_id = place
        beyond = {"review__rating__lt": stars} if is_best else {"review__rating__gt": stars}
        reached = {"review__rating__lte": stars} if is_best else {"review__rating__gte": stars}
        threads = threads.filter(**reached).filter(Q(**beyond) | Q(review__pk__lt=last_id))
    threads = threads.annotate(stars=F("review__rating"))
    return BY_RATING.page(threads.order_by("-review__rating" if is_best else "review__rating", "-review__pk"))


def _row(thread: Thread, bodies: dict[int, Post]) -> Row:
    body, answer = bodies.get(thread.pk), thread.review.answer
    if body is not None:
        body.thread = thread
    shown = answer if answer is not None and answer.is_published and answer.position else None
    return Row(thread, body, shown)


def review_for_page(viewer: Viewer, slug: str, by: Membership | None) -> Thread | None:
    """One review whose page this reader may open, with author, space, tags and thing, and how far they have read."""
    reachable = Thread.objects.reachable_by(viewer).of_kind(REVIEW).filter(slug=slug)
    beside = ("author", "space", "community", "review__thing__space", "review__answer__author")
    threads = reachable.select_related(*beside).with_tags()
    found: Thread | None = with_reader(threads, by.pk if by is not None else None).first()
    return found


def follows_shelf(space: Space, by: Membership) -> bool:
    return bool(Subscription.objects.following().filter(space=space, membership=by).exists())
