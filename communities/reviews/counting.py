"""How often something was rated, and how: counted each time, by the rule of what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count

from communities.content.managers import Reader, ThreadQuerySet
from communities.content.models import Thread
from communities.reviews.models import BEST, Review

# Fewer make no average: two friends would be one.
FEWEST = 5
STARS = range(BEST, 0, -1)


@dataclass(frozen=True)
class Bar:
    """One line of the distribution: how many reviews gave so many stars, and what part of all that is, in percent."""

    stars: int
    n: int
    percent: int


@dataclass(frozen=True)
class Tally:
    """The reviews of one thing that one reader may see. `of` says how many gave so many stars; `apart` are those for an
    advantage, which are shown and in no other figure; `verified` are those with a verified order."""

    of: dict[int, int] = field(default_factory=dict)
    verified: int = 0
    apart: int = 0

    @property
    def n(self) -> int:
        return sum(self.of.values())

    @property
    def shown(self) -> int:
        return self.n + self.apart

    @property
    def mean(self) -> Fraction | None:
        """From 1 to 5; None for too few."""
        if self.n < FEWEST:
            return None
        return Fraction(sum(stars * n for stars, n in self.of.items()), self.n)

    @property
    def said(self) -> float | None:
        """The mean as it is said, with one decimal, halves up."""
        return None if self.n < FEWEST else mean_said(sum(stars * n for stars, n in self.of.items()), self.n)

    @property
    def bars(self) -> list[Bar]:
        n = self.n
        return [
            Bar(stars, count, round(100 * count / n) if n else 0)
            for stars in STARS
            for count in (self.of.get(stars, 0),)
        ]


NOTHING = Tally()


def mean_said(stars: int, n: int) -> float:
    """The mean of `n` reviews that gave so many stars together, with one decimal, halves up."""
    return (Fraction(stars, n) * 20 + 1) // 2 / 10


def standing_reviews(viewer: Reader) -> ThreadQuerySet:
    """Every review that this reader may see and that no later one of its author has replaced."""
    threads: ThreadQuerySet = Thread.objects.visible_to(viewer).filter(review__replaced=False)
    return threads


def tallies_of(viewer: Reader, things: Iterable[int]) -> dict[int, Tally]:
    """By thing, of those that have any: one statement."""
    told = _counts(viewer, list(things))
    found: dict[int, Tally] = {}
    for thing, rating, counterpart, verified, n in told:
        tally = found.get(thing, NOTHING)
        if counterpart:
            found[thing] = Tally(tally.of, tally.verified, tally.apart + n)
        else:
            of = {**tally.of, rating: tally.of.get(rating, 0) + n}
            found[thing] = Tally(of, tally.verified + verified, tally.apart)
    return found


def _counts(viewer: Reader, things: Sequence[int]) -> Iterable[tuple[int, int, bool, int, int]]:
    if not things:
        return ()
    # `standing_reviews` without a look at each thread: of all of them an index alone is read.
    rows = Review.objects.filter(thing__in=things, shown_in__in=viewer.space_ids, replaced=False).order_by()
    counted: Iterable[tuple[int, int, bool, int, int]] = rows.values_list(
        "thing_id", "rating", "counterpart"
    ).annotate(verified=Count("verified_at"), n=Count("*"))
    return counted
