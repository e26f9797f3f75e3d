"""How much is said, of whom, by day and week; when it is more than usual; and who is spoken of among the rivals."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncDate

from communities.animation.listening.models import MentionDay, MentionMatch, MentionSource, TrackedName
from communities.calendar import DAY, day_of, moments, today
from communities.intervals import wilson
from communities.models import Community

# The rule of a spike: at least so many, and more than three standard deviations above the mean of the days before.
LEAST, BEFORE, DEVIATIONS = 5, 28, 3
# With fewer days to compare with nothing is usual yet: what is read first of a source would be a spike each time.
SHORTEST = 7
# Below it a share is shown as a count.
FEW = 30
Counts = dict[tuple[int, datetime.date], int]


@dataclass(frozen=True)
class Spike:
    """A day on which one was named more than usual; `usual` is the mean a day, `limit` what it would have to pass."""

    name: TrackedName
    day: datetime.date
    n: int
    usual: float
    limit: float


@dataclass(frozen=True)
class Voice:
    """How many of the mentions of brand and rivals are of this one."""

    name: TrackedName
    n: int
    of: int

    @property
    def is_few(self) -> bool:
        return self.of < FEW

    @property
    def share(self) -> int:
        return round(100 * self.n / self.of) if self.of else 0

    @property
    def ends(self) -> tuple[int, int]:
        low, high = wilson(self.n, self.of) if self.of else (0.0, 1.0)
        return round(low * 100), round(high * 100)


@dataclass(frozen=True)
class Bar:
    """A day or a week in the drawing of one name, which is 336 wide and 60 high; `place` is its place from the left,
    of `bars`, and `tall` its height."""

    first: datetime.date
    n: int
    tall: int
    place: int
    bars: int

    @property
    def left(self) -> int:
        return round(336 * self.place / self.bars)

    @property
    def wide(self) -> int:
        return max(round(336 / self.bars) - 2, 1)

    @property
    def top(self) -> int:
        return 60 - self.tall


def counts_between(community: Community, first: datetime.date, last: datetime.date) -> Counts:
    """How often each was named on each local day, hidden mentions left out: two statements."""
    start, end = moments(first, last, community)
    rows = (
        MentionMatch.objects.of_heard()
        .filter(mention__said_at__gte=start, mention__said_at__lt=end)
        .annotate(day=TruncDate("mention__said_at", tzinfo=community.zone))
        .values_list("name_id", "day")
        .annotate(n=Count("id"))
        .order_by("day")
    )
    counts: Counter[tuple[int, datetime.date]] = Counter()
    for name, day, n in rows:
        counts[name, day] += n
    kept = MentionDay.objects.filter(day__gte=first, day__lte=last)
    for name, day, n in kept.values_list("name_id", "day", "n"):
        counts[name, day] += n
    return dict(counts)


def limit_of(before: list[int]) -> tuple[float, float]:
    """The mean of the days before, and what a day has to pass: mean + 3 × √mean, as counts that come by chance
    scatter; a mean below one counts as one."""
    usual = sum(before) / len(before) if before else 0.0
    return usual, usual + DEVIATIONS * math.sqrt(max(usual, 1.0))


def beginnings(community: Community, names: list[TrackedName], counts: Counts) -> dict[int, datetime.date]:
    """Since which day each could be heard: listened for, with a source there, or named in what was told of days before;
    a name that nothing could tell of yet has none. One statement."""
    first = MentionSource.objects.order_by("created_at", "pk").values_list("created_at", flat=True).first()
    found = {one.pk: day_of(max(one.created_at, first), community) for one in names} if first else {}
    for name, day in counts:
        found[name] = min(found.get(name, day), day)
    return found


def spike_of(
    name: TrackedName, counts: Counts, day: datetime.date, since: datetime.date | None
) -> Spike | None:
    """Days before it could be heard are none on which nothing was said."""
    n = counts.get((name.pk, day), 0)
    length = min((day - since).days, BEFORE) if since else 0
    usual, limit = limit_of([counts.get((name.pk, day - DAY * back), 0) for back in range(1, length + 1)])
    is_spike = length >= SHORTEST and n >= LEAST and n > limit
    return Spike(name, day, n, usual, limit) if is_spike else None


def spikes_in(
    community: Community, names: list[TrackedName], counts: Counts, days: list[datetime.date]
) -> list[Spike]:
    """Those of these days, in their order; one statement."""
    since = beginnings(community, names, counts)
    return [
        found for day in days for name in names if (found := spike_of(name, counts, day, since.get(name.pk)))
    ]


def spikes_between(
    community: Community, names: list[TrackedName], first: datetime.date, last: datetime.date
) -> list[Spike]:
    """All of these days, the latest first."""
    counts = counts_between(community, first - DAY * BEFORE, last)
    days = [last - DAY * back for back in range((last - first).days + 1)]
    return spikes_in(community, names, counts, days)


def spikes_now(community: Community) -> list[Spike]:
    """Those of today and yesterday; of each name the latest."""
    now = today(community)
    names = list(TrackedName.objects.living())
    if not names:
        return []
    latest: dict[int, Spike] = {}
    for found in spikes_between(community, names, now - DAY, now):
        latest.setdefault(found.name.pk, found)
    return list(latest.values())


def voices(names: list[TrackedName], counts: Counts, first: datetime.date) -> list[Voice]:
    """Shares among brand and rivals since a day. A mention that names two of them counts for both."""
    sums: Counter[int] = Counter()
    for (name, day), n in counts.items():
        if day >= first:
            sums[name] += n
    whole = sum(sums[name.pk] for name in names)
    found = [Voice(name, sums[name.pk], whole) for name in names]
    return sorted(found, key=lambda voice: (-voice.n, voice.name.name))


def curve(
    name: TrackedName, counts: Counts, first: datetime.date, last: datetime.date, step: int
) -> list[Bar]:
    """One bar for so many days, the last one ending with the last day."""
    sums: list[tuple[datetime.date, int]] = []
    end = last
    while end >= first:
        begin = end - DAY * (step - 1)
        n = sum(counts.get((name.pk, begin + DAY * more), 0) for more in range(step))
        sums.append((begin, n))
        end = begin - DAY
    highest = max((n for _day, n in sums), default=0) or 1
    return [
        Bar(day, n, max(round(60 * n / highest), 1 if n else 0), place, len(sums))
        for place, (day, n) in enumerate(reversed(sums))
    ]
