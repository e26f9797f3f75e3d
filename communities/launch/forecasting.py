"""When a gauge will reach its threshold, if it goes on as in the last three weeks; and how far that is a guess.

Each day adds about as much as the days before did (the pace), more or less by as much as they differed. The likely day
follows from the pace alone. The range is where the threshold is reached in about four of five such courses: it widens
with uneven days, with few of them, and with the distance.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

# The pace of so many days; a date is told from so many measured ones on, and for a year at most.
PACE_DAYS, DAYS_NEEDED, FURTHEST = 21, 5, 365
# Of ten courses, one ends before the range and one after it.
ONE_OF_TEN = 1.2816


@dataclass(frozen=True)
class Forecast:
    """The likely day, and the range around it. None: not within a year."""

    likely: datetime.date | None
    soonest: datetime.date | None
    latest: datetime.date | None

    def said(self) -> str:
        """In words, without more certainty than there is."""
        if self.soonest is None:
            return gettext("not within a year at this pace")
        if self.likely is None:
            return gettext("at this pace not before %(soonest)s") % {"soonest": _day(self.soonest)}
        if self.latest is None:
            words = gettext("at this pace around %(likely)s, perhaps much later")
            return words % {"likely": _day(self.likely)}
        if self.soonest == self.latest:
            return gettext("at this pace on %(likely)s") % {"likely": _day(self.likely)}
        words = gettext("at this pace around %(likely)s (%(soonest)s to %(latest)s)")
        days = {"likely": self.likely, "soonest": self.soonest, "latest": self.latest}
        return words % {name: _day(day) for name, day in days.items()}


def _day(day: datetime.date) -> str:
    return date_format(day, "j N Y" if day.year != timezone.localdate().year else "j F")


def forecast(days: Sequence[tuple[datetime.date, float]], goal: float) -> Forecast | None:
    """When `goal` is reached, by measured days in order, each once; None while they are too few, or it is reached.

    The last of them counts as today.
    """
    if not days:
        return None
    today = days[-1][0]
    known = [(day, value) for day, value in days if (today - day).days <= PACE_DAYS]
    missing = goal - days[-1][1]
    if len(known) < DAYS_NEEDED or missing <= 0:
        return None
    pace, spread = _pace(known)
    length = (known[-1][0] - known[0][0]).days
    # Few steps say little about how uneven days are.
    factor = ONE_OF_TEN + 0.85 / (len(known) - 2)

    def doubt(ahead: int) -> float:
        return factor * math.sqrt(spread * ahead + spread / length * ahead * ahead)

    def first(reached: float) -> datetime.date | None:
        for ahead in range(1, FURTHEST + 1):
            if pace * ahead + reached * doubt(ahead) >= missing:
                return today + datetime.timedelta(days=ahead)
        return None

    return Forecast(first(0.0), first(1.0), first(-1.0))


def _pace(known: Sequence[tuple[datetime.date, float]]) -> tuple[float, float]:
    """What a day adds, and the variance of that from day to day."""
    (begin, low), (end, high) = known[0], known[-1]
    pace = (high - low) / (end - begin).days
    steps = [((after - before).days, new - old) for (before, old), (after, new) in itertools.pairwise(known)]
    squares = sum((step - pace * gap) ** 2 / gap for gap, step in steps)
    return pace, squares / (len(steps) - 1)
