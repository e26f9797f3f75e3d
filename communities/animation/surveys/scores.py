"""What answers allow to say: the recommendation score and its margin, whether two differ, how many answers it takes."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.96
# No score below so many answers, no texts and no bars below the second.
NEEDS_SCORE, NEEDS_SHOWING = 20, 5
# The variance of a score of which nothing is known: promoters, passives and detractors as 3, 2 and 1 of six.
USUAL_VARIANCE = 5 / 9


class Than(enum.StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """Answers from 0 to 10: promoters gave 9 or 10, detractors 0 to 6.

    100·(P − D)/n, from −100 to +100, with Var = p + d − (p − d)² and 1.96·√(Var/n) on each side at 95 %.
    """

    promoters: int
    passives: int
    detractors: int

    @classmethod
    def of(cls, counts: Sequence[int]) -> Score:
        """From how many gave 0, 1 … 10."""
        return cls(sum(counts[9:]), sum(counts[7:9]), sum(counts[:7]))

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def value(self) -> float | None:
        return 100 * (self.promoters - self.detractors) / self.n if self.n else None

    @property
    def variance(self) -> float:
        if not self.n:
            return USUAL_VARIANCE
        p, d = self.promoters / self.n, self.detractors / self.n
        return p + d - (p - d) ** 2

    @property
    def margin(self) -> float | None:
        """In points. Where all answered alike the formula says nought, which nobody knows: then by the rule of three
        (3/n of all may think the opposite and have not been met), 600/n at most 200."""
        if not self.n:
            return None
        if self.variance == 0:
            return min(200.0, 600 / self.n)
        return margin_for(self.n, self.variance)

    @property
    def points(self) -> int:
        """Rounded, for pages."""
        return round(self.value or 0)

    @property
    def give_or_take(self) -> int:
        return math.ceil(self.margin or 0)

    @property
    def is_few(self) -> bool:
        return self.n < NEEDS_SCORE


def margin_for(n: int, variance: float) -> float:
    """Points on each side at 95 %, for `n` answers."""
    return 100 * Z * math.sqrt(variance / n)


def answers_for(margin: float, variance: float) -> int:
    """How many answers it takes for so many points on each side."""
    return math.ceil((100 * Z / margin) ** 2 * variance)


def compare(new: Score, old: Score) -> Than:
    """Whether two scores of separate samples differ by more than their margins together: √(m₁² + m₂²)."""
    if new.is_few or old.is_few:
        return Than.UNKNOWN
    gap = (new.value or 0) - (old.value or 0)
    if abs(gap) <= math.hypot(new.margin or 0, old.margin or 0):
        return Than.UNKNOWN
    return Than.BETTER if gap > 0 else Than.WORSE


def weighted(parts: Sequence[tuple[Score, int]]) -> float | None:
    """The score as it would be, had each part answered as often as the others: Σ weight·score ÷ Σ weight.

    None where a part has fewer answers than are shown, or where all answered equally often.
    """
    parts = [(score, weight) for score, weight in parts if weight]
    if len(parts) < 2 or any(score.n < NEEDS_SHOWING for score, _weight in parts):
        return None
    of_all = sum(weight for _score, weight in parts)
    return sum((score.value or 0) * weight for score, weight in parts) / of_all
