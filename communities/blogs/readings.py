"""What an article brought: told by whoever measures, above; for its authors, from ten people on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from django.utils import timezone

from communities.calendar import DAY, day_of
from communities.content.models import Redirect, Thread
from communities.models import Community
from communities.queries import local_path
from communities.registries import Registry

# Fewer people than that could be told apart.
LEAST_PEOPLE = 10
# The lengths that the page shows, in days; a day is told once it is over.
WEEK, MONTH, YEAR = 7, 28, 365
LENGTHS = (WEEK, MONTH, YEAR)
WEEKS = 12
# The pages of which measurement keeps what visits came from, and what came of them: as a pattern of SQL.
MEASURED = "/blogs/%"

Days = Mapping[datetime.date, tuple[int, int]]


@dataclass(frozen=True)
class Came:
    """Visits of one day that began with the article. `source` is a site by its name or host, where there is one."""

    day: datetime.date
    channel: str
    source: str
    visits: int


@dataclass(frozen=True)
class Sold:
    """Orders that are credited to visits that began with the article, and how many people they are of."""

    orders: int
    people: int
    net: str


@dataclass(frozen=True)
class Reading:
    """Who counts visits. Each answers for some paths of the place and some local days, in one query: the views and
    people of each day; the visits that began there; the forms that were sent afterwards, in the same visit."""

    name: str
    tell: Callable[[Collection[str], Collection[datetime.date]], Days] = field(compare=False)
    came: Callable[[Collection[str], Collection[datetime.date]], Iterable[Came]] = field(compare=False)
    asked: Callable[[Collection[str], Collection[datetime.date]], Mapping[datetime.date, int]] = field(
        compare=False
    )


@dataclass(frozen=True)
class Selling:
    """Who knows of orders: of these paths, on the local days from the first to the last. One query."""

    name: str
    tell: Callable[[Community, Collection[str], datetime.date, datetime.date], Sold] = field(compare=False)


readings: Registry[Reading] = Registry("reading of articles")
sellings: Registry[Selling] = Registry("orders of articles")


@dataclass(frozen=True)
class Read:
    """What some days brought. `people` counts a person once a day; None, and so all else, where they were too few; the
    other figures are None where they alone are below ten."""

    days: int
    views: int | None = None
    people: int | None = None
    contacts: int | None = None
    orders: int | None = None
    net: str = ""


@dataclass(frozen=True)
class Source:
    """Where views came from; both names are "" for all that is too little to be told apart."""

    channel: str
    source: str
    views: int
    is_inside: bool = False


@dataclass(frozen=True)
class Week:
    first: datetime.date
    views: int | None
    people: int | None


class Figures:
    """Of one published article. Six queries, however old it is and however much else was read."""

    def __init__(self, thread: Thread, community: Community) -> None:
        self.community = community
        today = day_of(timezone.now(), community)
        first = day_of(thread.published_at, community) if thread.published_at else today
        # The latest first.
        self.days = [today - DAY * n for n in range(1, YEAR + 1) if today - DAY * n >= first]
        self.paths = _paths_of(thread) if self.days else []
        self.read: dict[datetime.date, tuple[int, int]] = {}
        self.contacts: Counter[datetime.date] = Counter()
        self._came: list[Came] = []
        for one in readings if self.days else ():
            for day, (views, people) in one.tell(self.paths, self.days).items():
                before = self.read.get(day, (0, 0))
                self.read[day] = (before[0] + views, before[1] + people)
            self.contacts.update(one.asked(self.paths, self.days))
            self._came += one.came(self.paths, self.days)

    def lately(self) -> list[Read]:
        """The last week, four weeks and year."""
        return [self._of(length) for length in LENGTHS]

    def weeks(self) -> list[Week]:
        """The last twelve, the latest first, as far as it was there; each of seven days that are over."""
        found = []
        for number in range(WEEKS):
            days = self.days[number * WEEK : (number + 1) * WEEK]
            if days:
                views, people = self._sums(days)
                enough = people >= LEAST_PEOPLE
                found.append(Week(days[-1], views if enough else None, people if enough else None))
        return found

    def sources(self, length: int) -> list[Source]:
        """What led to the views of the last days: their sum is that of the views. Nothing where people were too few.

        A visit that began with the article is one view from outside; all other views came from within the place.
        """
        days = set(self.days[:length])
        views, people = self._sums(days)
        if people < LEAST_PEOPLE:
            return []
        sums: Counter[tuple[str, str]] = Counter()
        for one in self._came:
            if one.day in days:
                sums[one.channel, one.source] += one.visits
        inside = max(views - sums.total(), 0)
        named, rest = _enough(sums)
        by_channel: Counter[tuple[str, str]] = Counter()
        for (channel, _source), visits in rest.items():
            by_channel[channel, ""] += visits
        more, too_few = _enough(by_channel)
        rows = [Source(channel, source, n) for (channel, source), n in (*named.items(), *more.items())]
        rows.sort(key=lambda row: (-row.views, row.channel, row.source))
        other = too_few.total()
        return [*rows, *([Source("", "", other)] if other else []), Source("", "", inside, is_inside=True)]

    def _of(self, length: int) -> Read:
        days = self.days[:length]
        views, people = self._sums(days)
        if people < LEAST_PEOPLE:
            return Read(length)
        asked = sum(self.contacts[day] for day in days)
        sold = [one.tell(self.community, self.paths, days[-1], days[0]) for one in sellings]
        told = next((one for one in sold if one.people >= LEAST_PEOPLE), None)
        return Read(
            length,
            views,
            people,
            asked if asked >= LEAST_PEOPLE else None,
            told.orders if told else None,
            told.net if told else "",
        )

    def _sums(self, days: Collection[datetime.date]) -> tuple[int, int]:
        read = [self.read[day] for day in days if day in self.read]
        return sum(views for views, _people in read), sum(people for _views, people in read)


Sums = Counter[tuple[str, str]]


def _enough(sums: Sums) -> tuple[Sums, Sums]:
    """Those from ten on, and the others."""
    enough = Counter({key: n for key, n in sums.items() if n >= LEAST_PEOPLE})
    return enough, Counter({key: n for key, n in sums.items() if key not in enough})


def _paths_of(thread: Thread) -> list[str]:
    """Where an article stands, and where it stood before it was renamed or moved: days know it by these. One query."""
    path = local_path(thread.get_absolute_url())
    former = Redirect.objects.filter(target=path).values_list("path", flat=True)
    return [unquote(path), *(one for one in former if one != unquote(path))]
