"""In which order, and what fits: the rule that the page explains with its numbers. No query, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from communities.animation.today.matters import Matter, Source
from communities.animation.today.weights import PROPOSED, Weights

# More than that says nothing more: a very old thing must not stand in front of everything for ever.
MOST_PEOPLE, MOST_DAYS = 20, 30


@dataclass(frozen=True)
class Ranked:
    """A matter with its place. `seen` is the number of acts about it that whoever looks has seen."""

    source: Source
    matter: Matter
    is_due: bool
    is_late: bool
    age: float
    sum: float
    seen: int = 0
    # Whoever gave it to the reader.
    given_by: str = ""

    @property
    def minutes(self) -> int:
        return self.matter.minutes

    @property
    def people(self) -> int:
        return min(self.matter.people, MOST_PEOPLE)

    @property
    def id(self) -> str:
        return f"{self.source.name}-{self.matter.key}"


def rank(
    source: Source,
    matter: Matter,
    *,
    now: datetime.datetime,
    ends: datetime.datetime,
    weights: Weights = PROPOSED,
) -> Ranked:
    """`ends` is the end of the day, where the community is."""
    age = min(max((now - matter.since).total_seconds() / 86_400, 0), MOST_DAYS)
    people = min(max(matter.people, 0), MOST_PEOPLE)
    is_due = matter.due is not None and matter.due < ends
    is_late = matter.due is not None and matter.due <= now
    return Ranked(source, matter, is_due, is_late, age, _sum(matter, age, people, weights))


def _sum(matter: Matter, age: float, people: int, weights: Weights) -> float:
    counted = weights.harm * matter.harm + weights.people * people + weights.age * age
    return counted / weights.divisor(matter.minutes)


def weighed(ranked: Iterable[Ranked], weights: Weights) -> list[Ranked]:
    """The same matters in the order that other weights would make."""
    return in_order(replace(one, sum=_sum(one.matter, one.age, one.people, weights)) for one in ranked)


@dataclass(frozen=True)
class Move:
    """Where a matter stands, and where it would stand; places from 1. `fits` says whether it is within the minutes."""

    one: Ranked
    place: int
    before: int
    fits: bool
    fitted: bool

    @property
    def by(self) -> int:
        """How many places it comes nearer to the top; below zero: away from it."""
        return self.before - self.place


def moves(ranked: Sequence[Ranked], weights: Weights, minutes: int) -> list[Move]:
    """What other weights would do to what is due now, in the order that they would make."""
    before = {one.id: place for place, one in enumerate(ranked, 1)}
    fitted = {one.id for one in fit(ranked, minutes).now}
    then = weighed(ranked, weights)
    fits = {one.id for one in fit(then, minutes).now}
    return [
        Move(one, place, before[one.id], one.id in fits, one.id in fitted)
        for place, one in enumerate(then, 1)
    ]


def in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """What is due today comes first, whatever its sum; then the larger sum; of equal ones the older."""
    return sorted(
        ranked, key=lambda one: (not one.is_due, -one.sum, one.matter.since, one.source.order, one.id)
    )


@dataclass(frozen=True)
class Day:
    """What fits into the minutes, and what does not: nothing else is left out."""

    now: list[Ranked]
    later: list[Ranked]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.now)

    @property
    def late(self) -> list[Ranked]:
        """What is due today and does not fit."""
        return [one for one in self.later if one.is_due]


def fit(ranked: Sequence[Ranked], minutes: int, *, taken: str = "") -> Day:
    """In their order, each that still fits. What somebody has taken up comes first, however long it is to take."""
    now, later, left = [], [], minutes
    for one in sorted(ranked, key=lambda one: one.id != taken):
        if one.minutes <= left or one.id == taken:
            now.append(one)
            left -= one.minutes
        else:
            later.append(one)
    return Day(now, later)
