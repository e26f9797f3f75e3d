"""What counts and waits allow to say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from communities.intervals import wilson

# Below this n a rate is shown with its interval; below the second one no verdict is given.
NEEDS_INTERVAL, NEEDS_SILENCE = 1000, 30


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with Wilson’s interval at 95 %; all three None when there was nothing to count."""

    hits: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def low(self) -> float | None:
        return wilson(self.hits, self.of)[0] if self.of else None

    @property
    def high(self) -> float | None:
        return wilson(self.hits, self.of)[1] if self.of else None

    @property
    def too_small(self) -> bool:
        return self.of < NEEDS_SILENCE


def gini(values: Sequence[float]) -> float | None:
    """How unequally a sum is shared: Σ(2i − n − 1)·x_i / (n·Σx), x ascending, zeros included; None for a sum of 0."""
    total, n = sum(values), len(values)
    if not total:
        return None
    return sum((2 * i - n - 1) * x for i, x in enumerate(sorted(values), 1)) / (n * total)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share of the sorted values lies, interpolated; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def survival_quantile(waits: Sequence[tuple[float, bool]], share: float) -> float | None:
    """Kaplan–Meier: after how long `share` of all have been served. Each wait is (duration, served); those still
    waiting are counted for as long as they have waited. None when fewer have been served than that.
    """
    at_risk, waiting = len(waits), 1.0
    # At one moment, those served come before those whose waiting is cut off.
    for duration, served in sorted(waits, key=lambda wait: (wait[0], not wait[1])):
        if served:
            waiting *= 1 - 1 / at_risk
            if waiting <= 1 - share + 1e-12:
                return duration
        at_risk -= 1
    return None
