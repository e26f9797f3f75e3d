"""What an article brought: told by whoever measures, above; for its authors, from ten people on."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils import timezone

from communities.blogs.paths import paths_of
from communities.calendar import DAY, day_of
from communities.content.models import Thread
from communities.models import Community
from communities.registries import Registry

# Fewer people than that could be told apart.
LEAST_PEOPLE = 10
# The lengths that the page shows, in days; all are whole weeks, and a week is told once it is over.
WEEK, MONTH, YEAR = 7, 28, 364
LENGTHS = (WEEK, MONTH, YEAR)
WEEKS = 12
# So many sources have names, the largest; the others are added to the rest.
MOST_SOURCES = 20
# The pages of which measurement keeps what visits came from, and what came of them: as a pattern of SQL.
MEASURED = "/blogs/%"

Days = Mapping[datetime.date, tuple[int, int]]


@dataclass(frozen=True)
class Came:
    """Visits of one day that began with the article, and of how many people they were. `source` is a site by its name
    or host, where there is one."""

    day: datetime.date
    channel: str
    source: str
    visits: int
    people: int


@dataclass(frozen=True)
class OfPath:
    """What one page had on one day: views, or forms where `asked`, of how many people."""

    path: str
    day: datetime.date
    number: int
    people: int
    asked: bool


@dataclass(frozen=True)
class Sold:
    """What one buyer bought on one day after a visit that began with the article, or gave back: that is no order, and
    its `net`, in minor units, is below nothing. So is what an order was corrected by. `known` is the day since when the
    place knows of it: a shop may bring its orders weeks later."""

    day: datetime.date
    known: datetime.date
    buyer: int | None
    orders: int
    net: int


@dataclass(frozen=True)
class Reading:
    """Who counts visits. Each answers for some paths of the place and some local days, in one query: the views and
    people of each day; the visits that began there; the forms that were sent afterwards, in the same visit, and of how
    many people they are."""

    name: str
    tell: Callable[[Collection[str], Collection[datetime.date]], Days] = field(compare=False)
    # The views and people, and the forms and senders, of each of many paths, in one query for both.
    by_path: Callable[[Collection[str], Collection[datetime.date]], Iterable[OfPath]] = field(compare=False)
    came: Callable[[Collection[str], Collection[datetime.date]], Iterable[Came]] = field(compare=False)
    asked: Callable[[Collection[str], Collection[datetime.date]], Days] = field(compare=False)


@dataclass(frozen=True)
class Selling:
    """Who knows of orders: of these paths, on the local days from the first to the last, in two queries; and how a sum
    of them is written."""

    name: str
    tell: Callable[[Community, Collection[str], datetime.date, datetime.date], Iterable[Sold]] = field(
        compare=False
    )
    written: Callable[[int, Community], str] = field(compare=False)


readings: Registry[Reading] = Registry("reading of articles")
sellings: Registry[Selling] = Registry("orders of articles")


@dataclass(frozen=True)
class Read:
    """What some weeks brought. `people` counts a person once a day; None, and so all else, where they were too few; the
    other figures are None where theirs alone were."""

    days: int
    views: int | None = None
    people: int | None = None
    contacts: int | None = None
    orders: int | None = None
    net: str = ""


@dataclass(frozen=True)
class Source:
    """Where views came from; both names are "" for the rest: from within the place, and what is too little to be told
    apart."""

    channel: str
    source: str
    views: int


@dataclass(frozen=True)
class Week:
    first: datetime.date
    views: int | None
    people: int | None


class Numbers:
    """How often one published article was opened, by how many people, and what they sent.

    All figures are sums of the same parts, each of ten people at least, so that none can be taken from another to find
    fewer: not on one page, and not on those of two days. A part is a week; one of fewer people is added to the next,
    until they are ten. It belongs to the week in which they were.
    """

    def __init__(self, thread: Thread, community: Community) -> None:
        self.community = community
        today = day_of(timezone.now(), community)
        self.first = day_of(thread.published_at, community) if thread.published_at else today
        # Mondays, the oldest first: from a day that stays the same, so that parts do, and the year is among them.
        self.end = _week_of(today)
        self.start = max(_week_of(self.first), first_day(community))
        number = (self.end - self.start).days // WEEK
        self.mondays = [self.start + DAY * WEEK * n for n in range(number)]
        self.shown_from = _week_of(self.first)

    def days(self) -> list[datetime.date]:
        """All that can be told of: since it was there, in weeks that are over."""
        days = [monday + DAY * n for monday in self.mondays for n in range(WEEK)]
        return [day for day in days if day >= self.first]

    def tell(self, read: Counted, asked: Counted) -> None:
        """By weeks: what was read, and what was sent."""
        self.parts = list(_parts(self.mondays, _people_in(read)))
        self.views, self.people = (
            {part.end: sum(read[week, name] for week in part.weeks) for part in self.parts}
            for name in ("views", "people")
        )
        parts = _parts(self.mondays, _people_in(asked))
        self.contacts = {part.end: sum(asked[week, "views"] for week in part.weeks) for part in parts}

    def within(self, length: int) -> Read:
        people = self._ended(self.people, length)
        if not people:
            return Read(length)
        views, contacts = self._ended(self.views, length), self._ended(self.contacts, length)
        return Read(
            length,
            sum(views.values()),
            sum(people.values()),
            sum(contacts.values()) if contacts else None,
        )

    def _ended(self, parts: Mapping[datetime.date, int], length: int) -> dict[datetime.date, int]:
        """Those that had enough people in one of the last weeks."""
        since = self.end - DAY * length
        return {end: number for end, number in parts.items() if end >= since}


class Figures(Numbers):
    """All that is told of one article, however old it is and however much else was read: in nine queries at most."""

    def __init__(self, thread: Thread, community: Community) -> None:
        super().__init__(thread, community)
        days = self.days()
        self.paths = paths_of([thread])[thread.pk] if days else []
        self._read(days)

    def _read(self, days: list[datetime.date]) -> None:
        read: Counted = Counter()
        asked: Counted = Counter()
        came: dict[datetime.date, dict[Named, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for one in readings if days else ():
            _add(read, one.tell(self.paths, days))
            _add(asked, one.asked(self.paths, days))
            for visits in one.came(self.paths, days):
                sums = came[_week_of(visits.day)][visits.channel, visits.source]
                sums.update({"views": visits.visits, "people": visits.people})
        self.tell(read, asked)
        self.came = {part.end: _sources_in(part, came, self.views[part.end]) for part in self.parts}
        self._read_orders()

    def _read_orders(self) -> None:
        """Of buyers, not of how often: whoever bought in two weeks of a part is one (`_parts_of_sales`)."""
        self._nets: dict[datetime.date, int] = {}
        self._counts: dict[datetime.date, int] = {}
        self._written: Callable[[int, Community], str] | None = None
        for one in sellings if self.paths else ():
            sales = one.tell(self.community, self.paths, self.start, self.end - DAY)
            for end, part in _parts_of_sales(sales, self.end):
                self._counts[end] = self._counts.get(end, 0) + sum(sold.orders for sold in part)
                self._nets[end] = self._nets.get(end, 0) + sum(sold.net for sold in part)
            self._written = one.written

    def lately(self) -> list[Read]:
        """The last week, four weeks and year, each of weeks that are over."""
        return [self.within(length) for length in LENGTHS]

    def weeks(self) -> list[Week]:
        """The last twelve, the latest first, as far as it was there."""
        mondays = [day for day in reversed(self.mondays) if day >= self.shown_from][:WEEKS]
        return [Week(day, self.views.get(day), self.people.get(day)) for day in mondays]

    def sources(self, length: int) -> list[Source]:
        """What led to the views of the last days: their sum is that of the views. Nothing where people were too few.

        A visit that began with the article is one view from outside; all other views came from within the place.
        """
        parts = self._ended(self.views, length)
        sums: Counter[Named] = Counter()
        for end in parts:
            sums.update(self.came[end])
        rest = sum(parts.values()) - sums.total()
        rows = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
        rest += sum(views for _name, views in rows[MOST_SOURCES:])
        named = [Source(channel, source, views) for (channel, source), views in rows[:MOST_SOURCES]]
        return [*named, *([Source("", "", rest)] if rest else [])]

    def within(self, length: int) -> Read:
        told = super().within(length)
        if told.people is None:
            return told
        orders, nets = self._ended(self._counts, length), self._ended(self._nets, length)
        return replace(
            told,
            orders=sum(orders.values()) if orders else None,
            net=self._written(sum(nets.values()), self.community) if orders and self._written else "",
        )


Named = tuple[str, str]
Counted = Counter[tuple[datetime.date, str]]
# Weeks are counted from here: a Monday. What a block of them ends with in too few people is told nowhere.
EPOCH = datetime.date(2018, 1, 1)
BLOCK = YEAR


@dataclass(frozen=True)
class Part:
    """Weeks by their Mondays that are told together, as one number."""

    weeks: tuple[datetime.date, ...]

    @property
    def end(self) -> datetime.date:
        return self.weeks[-1]


def _week_of(day: datetime.date) -> datetime.date:
    return day - DAY * day.weekday()


def _block_of(day: datetime.date) -> datetime.date:
    return day - DAY * ((day - EPOCH).days % BLOCK)


def _parts(
    mondays: Iterable[datetime.date], people: Callable[[Collection[datetime.date]], int]
) -> Iterator[Part]:
    """Weeks that are told together: as few as have ten people. What is left at the end waits for more."""
    waiting: list[datetime.date] = []
    for monday in mondays:
        if monday == _block_of(monday):
            waiting = []
        waiting.append(monday)
        if people(waiting) >= LEAST_PEOPLE:
            yield Part(tuple(waiting))
            waiting = []


def _parts_of_sales(sales: Iterable[Sold], end: datetime.date) -> Iterator[tuple[datetime.date, list[Sold]]]:
    """Sales that are told together, of ten buyers at least, with the week that they belong to: the last in which one of
    them was made.

    They are put together in the weeks in which they became known, and only once such a week is over: what a shop brings
    later changes no part that was told, and is told with nine others or not at all. Of a block, as weeks are.
    """
    waiting: dict[datetime.date, list[Sold]] = defaultdict(list)
    came: dict[datetime.date, list[Sold]] = defaultdict(list)
    for sold in sales:
        # Nothing is known before it was done; of a clock that goes wrong, as of that day.
        came[_week_of(max(sold.day, sold.known))].append(sold)
    for week in sorted(one for one in came if one < end):
        fresh: dict[datetime.date, list[Sold]] = defaultdict(list)
        for sold in came[week]:
            fresh[_block_of(_week_of(sold.day))].append(sold)
        for block in sorted(fresh):
            parts, waiting[block] = _grouped(waiting[block] + fresh[block])
            yield from parts


def _grouped(sales: Iterable[Sold]) -> tuple[list[tuple[datetime.date, list[Sold]]], list[Sold]]:
    """Those of as few weeks as have ten buyers, and what is left."""
    parts: list[tuple[datetime.date, list[Sold]]] = []
    held: list[Sold] = []
    by_week: dict[datetime.date, list[Sold]] = defaultdict(list)
    for sold in sales:
        by_week[_week_of(sold.day)].append(sold)
    for week in sorted(by_week):
        held += by_week[week]
        if len({sold.buyer for sold in held if sold.orders} - {None}) >= LEAST_PEOPLE:
            parts.append((week, held))
            held = []
    return parts, held


def _add(sums: Counted, days: Days) -> None:
    for day, (number, people) in days.items():
        count_on(sums, day, number, people)


def count_on(sums: Counted, day: datetime.date, number: int, people: int) -> None:
    """Add what one day had to its week."""
    sums[_week_of(day), "views"] += number
    sums[_week_of(day), "people"] += people


def _people_in(sums: Counted) -> Callable[[Collection[datetime.date]], int]:
    return lambda weeks: sum(sums[week, "people"] for week in weeks)


def _sources_in(
    part: Part, came: Mapping[datetime.date, Mapping[Named, Counter[str]]], views: int
) -> Counter[Named]:
    """Views of a part by what led to them: a site of ten people, else its channel. All others are its rest, which is
    never a few alone: the smallest that has a name is then added to it."""
    sites: dict[Named, Counter[str]] = defaultdict(Counter)
    for week in part.weeks:
        for name, sums in came.get(week, {}).items():
            sites[name].update(sums)
    named = {name: sums for name, sums in sites.items() if sums["people"] >= LEAST_PEOPLE}
    channels: dict[Named, Counter[str]] = defaultdict(Counter)
    for name in sites.keys() - named.keys():
        channels[name[0], ""].update(sites[name])
    for name, sums in channels.items():
        if sums["people"] >= LEAST_PEOPLE:
            named.setdefault(name, Counter()).update(sums)
    told: Counter[Named] = Counter({name: sums["views"] for name, sums in named.items()})
    while told and views != told.total() and views - told.total() < LEAST_PEOPLE:
        del told[min(told, key=lambda name: (told[name], name))]
    return told


def first_day(community: Community) -> datetime.date:
    """From which day on articles are told of: the beginning of the block that the year began in."""
    return _block_of(_week_of(day_of(timezone.now(), community)) - DAY * YEAR)
