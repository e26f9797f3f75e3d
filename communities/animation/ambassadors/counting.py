"""What came of links, and what acts are worth: counted above, by the measurement and by the rates of the place."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from communities.models import Community
from communities.registries import Registry

# Fewer visits than that are not told apart: who shared a link with three people would know who came.
FEWEST = 5


@dataclass(frozen=True)
class VisitCounter:
    """Who counts visits by what their links are marked with (campaigns). `count` answers for marks and local days, both
    ends included, in one query."""

    name: str
    count: Callable[[Collection[str], datetime.date, datetime.date], Mapping[str, int]] = field(compare=False)


@dataclass(frozen=True)
class Worth:
    """An amount in words, with its range; where the rate comes from."""

    said: str
    low: str
    high: str
    source: str


@dataclass(frozen=True)
class Rater:
    """Who says what accepted answers are worth in a community: `rate` gives what turns a number of them into an amount,
    None where there is no rate; in one query."""

    name: str
    rate: Callable[[Community], Callable[[int], Worth] | None] = field(compare=False)


visit_counters: Registry[VisitCounter] = Registry("counter of visits by link")
raters: Registry[Rater] = Registry("rate of an act")


def visits_by_mark(marks: Collection[str], since: datetime.date, until: datetime.date) -> dict[str, int]:
    """Visits by mark; one query for each counter, none without marks."""
    found: dict[str, int] = dict.fromkeys(marks, 0)
    for counter in visit_counters if marks else ():
        for mark, n in counter.count(marks, since, until).items():
            found[mark] = found.get(mark, 0) + n
    return found


def rate_in(community: Community) -> Callable[[int], Worth] | None:
    """What an accepted answer is worth here, to be asked for any number of them."""
    found = (rater.rate(community) for rater in raters)
    return next((rate for rate in found if rate is not None), None)
