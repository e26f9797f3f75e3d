"""What the home page shows of reviews: the latest ones, and what is rated best by enough people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from communities import homepage
from communities.content.managers import ThreadQuerySet
from communities.content.models import Thread
from communities.content.showing.home import in_spaces, only
from communities.content.viewers import Viewer, unfolded
from communities.homepage import Block, Reader, Section, Visit
from communities.reads import CompiledRead
from communities.reviews.counting import FEWEST, mean_said, standing_reviews
from communities.reviews.models import REVIEW, Review
from communities.reviews.permissions import FEATURE
from communities.reviews.queries import readable_shelves

LATEST, BEST_RATED = 3, 3
# What was reviewed lately is compared, so that the page costs the same however many reviews there are of other things.
MOST_COMPARED = 60


@dataclass(frozen=True)
class Rated:
    """A thing with the mean of its reviews, as its own page says it, and of how many."""

    slug: str
    name: str
    mean: float
    n: int


def _reader(visit: Visit) -> Viewer | None:
    """The reader, limited to the spaces of reviews; None where there are none to be read."""
    spaces = unfolded(readable_shelves(visit.community, visit.viewer), visit.membership)
    return only(visit.viewer, spaces) if spaces else None


def latest_reviews(visit: Visit) -> list[Thread]:
    return visit.once("reviews.latest", lambda: _latest_for(visit))


def _latest_for(visit: Visit) -> list[Thread]:
    viewer = _reader(visit)
    if viewer is None:
        return []
    return in_spaces(_latest(viewer), readable_shelves(visit.community, visit.viewer))


def best_rated(visit: Visit) -> list[Rated]:
    """Not asked for where there is no review at all."""
    viewer = _reader(visit) if latest_reviews(visit) else None
    if viewer is None:
        return []
    return [Rated(slug, name, mean_said(total, n), n) for slug, name, n, total in _best(viewer)]


def _by_day(viewer: Viewer) -> ThreadQuerySet:
    threads = standing_reviews(viewer).of_kind(REVIEW).published_before()
    latest: ThreadQuerySet = threads.select_related("author", "review__thing")[:LATEST]
    return latest


def _by_mean(viewer: Viewer) -> QuerySet[Any]:
    lately = standing_reviews(viewer).of_kind(REVIEW).published_before().values("review__thing")
    # As `counting` counts them: of a thing with very many reviews an index alone is read.
    counted = Review.objects.filter(
        thing__in=lately[:MOST_COMPARED],
        thing__space__in=viewer.space_ids,
        shown_in__in=viewer.space_ids,
        replaced=False,
        counterpart=False,
    )
    things = counted.order_by().values(slug_of=F("thing__slug"), name_of=F("thing__name"))
    rated = things.annotate(n=Count("*"), total=Sum("rating"), mean=Avg("rating"))
    best = rated.filter(n__gte=FEWEST).order_by("-mean", "-n", "slug_of")
    told: QuerySet[Any] = best.values_list("slug_of", "name_of", "n", "total")
    return told[:BEST_RATED]


_latest: CompiledRead[Thread] = CompiledRead(_by_day)
_best: CompiledRead[tuple[str, str, int, int]] = CompiledRead(_by_mean)


class LatestReviews(Section):
    """Visitors and members: what was reviewed last."""

    name, area, order = "reviews.latest", "aside", 42
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "reviews"
    template = "reviews/sections/latest.html"
    fills = False

    def threads(self, visit: Visit) -> Sequence[Thread]:
        return latest_reviews(visit)

    def context(self, visit: Visit) -> dict[str, Any] | None:
        threads = latest_reviews(visit)
        return {"threads": threads} if threads else None


class BestRated(Section):
    """Visitors and members: the best among what was reviewed lately, each by five people or more."""

    name, area, order = "reviews.best", "aside", 43
    feature, whom = FEATURE, Reader.VISITOR | Reader.MEMBER
    block = "reviews"
    template = "reviews/sections/best.html"
    fills = False

    def context(self, visit: Visit) -> dict[str, Any] | None:
        rated = best_rated(visit)
        return {"rated": rated} if rated else None


def register() -> None:
    homepage.blocks.register(
        Block(
            "reviews",
            _("Reviews"),
            _("The latest three, and what is rated best by five people or more."),
            71,
            _("Add what can be reviewed."),
            "reviews:list-things",
        )
    )
    homepage.sections.register(LatestReviews())
    homepage.sections.register(BestRated())
