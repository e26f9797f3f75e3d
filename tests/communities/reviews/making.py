"""Things and reviews as tests need them, made through the services."""

from __future__ import annotations

import datetime
from typing import Any

from communities.calendar import today
from communities.content.models import Space, Thread
from communities.models import Membership
from communities.reviews.models import REVIEWS, Review, Thing
from communities.reviews.services import Facts, Written, write_review
from communities.reviews.things import Wishes, save_thing
from tests.conftest import Cast
from tests.factories import make_memberships, make_space

DAY = datetime.timedelta(days=1)


def make_shelf(**fields: Any) -> Space:
    return make_space(**{"kind": REVIEWS, "slug": "gear", "name": "Gear", **fields})


def make_thing(here: Cast, space: Space, name: str = "Cover sleeve", **said: Any) -> Thing:
    return save_thing(Thing(space=space), Wishes(name=name, **said), by=here.manager)


def facts(here: Cast, rating: int = 4, **said: Any) -> Facts:
    return Facts(rating=rating, **{"experienced_on": today(here.community) - 40 * DAY, **said})


def make_review(
    here: Cast,
    thing: Thing,
    rating: int = 4,
    *,
    by: Membership | None = None,
    title: str = "It holds",
    **said: Any,
) -> Thread:
    """A review of the member, in scope."""
    return write_review(
        fresh(thing),
        by=by or here.member,
        community=here.community,
        text=Written(title, "<p>After a season.</p>"),
        facts=facts(here, rating, **said),
    )


def make_reviews(here: Cast, thing: Thing, *ratings: int, **said: Any) -> list[Thread]:
    """One of a new member each."""
    people = make_memberships(*({"trust_level": 2} for _rating in ratings))
    return [
        make_review(here, thing, rating, by=by, title=f"Found {number}", **said)
        for number, (rating, by) in enumerate(zip(ratings, people, strict=True))
    ]


def fresh(thing: Thing) -> Thing:
    found: Thing = Thing.objects.select_related("space").get(pk=thing.pk)
    return found


def review_at(thread: Thread) -> Review:
    found: Review = Review.objects.select_related("thread__space", "thing").get(pk=thread.pk)
    return found
