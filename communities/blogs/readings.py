"""How often an article was read: told by whoever measures, above; for its authors, from ten people on."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.utils import timezone

from communities.calendar import DAY, day_of
from communities.content.models import Thread
from communities.models import Community
from communities.queries import local_path
from communities.registries import Registry

# Fewer people than that could be told apart.
LEAST_PEOPLE = 10
# The lengths that the page shows, in days; a day is told once it is over.
WEEK, MONTH, YEAR = 7, 28, 365
LENGTHS = (WEEK, MONTH, YEAR)

Days = Mapping[datetime.date, tuple[int, int]]


@dataclass(frozen=True)
class Reading:
    """Who counts: `tell` answers for one path of the place and some local days with the views and the people of each,
    in one query."""

    name: str
    tell: Callable[[str, Collection[datetime.date]], Days] = field(compare=False)


_readings: Registry[Reading] = Registry("reading of articles")


def register_reading(name: str, tell: Callable[[str, Collection[datetime.date]], Days]) -> None:
    _readings.register(Reading(name, tell))


@dataclass(frozen=True)
class Read:
    """What some days brought. `people` counts a person once a day; None, and so `views`, where they were too few."""

    days: int
    views: int | None
    people: int | None


def read_lately(thread: Thread, community: Community) -> list[Read]:
    """How often a published article was read in the last week, four weeks and year: one query for whoever counts."""
    path = unquote(local_path(thread.get_absolute_url()))
    today = day_of(timezone.now(), community)
    first = day_of(thread.published_at, community) if thread.published_at else today
    days = [today - DAY * n for n in range(1, YEAR + 1) if today - DAY * n >= first]
    told: dict[datetime.date, tuple[int, int]] = {}
    for one in _readings if days else ():
        for day, (views, people) in one.tell(path, days).items():
            before = told.get(day, (0, 0))
            told[day] = (before[0] + views, before[1] + people)
    return [_added(told, days[:length], length) for length in LENGTHS]


def _added(told: Days, days: Collection[datetime.date], length: int) -> Read:
    views = sum(told[day][0] for day in days if day in told)
    people = sum(told[day][1] for day in days if day in told)
    if people < LEAST_PEOPLE:
        return Read(length, None, None)
    return Read(length, views, people)
