"""How many of a measure there were on each day. A file of its own because the ledger, the objectives and the pages
use it.

What the community counts itself wins over what somebody typed for the same day: the same banner seen once must not
be worth something twice. Only counts that say so come on top.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count as NumberOf
from django.db.models import Sum
from django.db.models.functions import TruncDate

from analytics.capture.channels import Channel
from analytics.capture.models import AudienceDay, Dimension
from analytics.roi.models import Count, Credit, Measure, Saving
from communities.calendar import day_of, moments
from communities.content.kinds import KINDS
from communities.models import Community
from communities.promotions.models import BannerHour

# What a credit calls a visit from a search engine.
SEARCH_CHANNEL = Channel.ORGANIC_SEARCH.name.lower()
TYPED = "typed-"


@dataclass(frozen=True)
class DayCount:
    """How many on one day by one counter: a banner, the community, or a source outside."""

    day: datetime.date
    n: int
    counter: str = ""
    label: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether a source outside counted it, and not the community itself."""
        return self.counter.startswith(TYPED)


def day_counts(
    community: Community, measure: str, first: datetime.date, last: datetime.date
) -> list[DayCount]:
    """What is valued: everything counted here, and of what was typed only what was not counted here as well."""
    counted = list(counted_here(community, measure, first, last))
    known = {one.day for one in counted}
    typed = [one for one in Count.objects.of(measure, first, last) if one.on_top or one.day not in known]
    counted += [DayCount(one.day, one.n, f"{TYPED}{one.pk}", one.source) for one in typed]
    return sorted(counted, key=lambda one: (one.day, one.counter))


def daily_counts(
    community: Community, measure: str, first: datetime.date, last: datetime.date
) -> dict[datetime.date, int]:
    """The same, added up for each local day."""
    totals: Counter[datetime.date] = Counter()
    for one in day_counts(community, measure, first, last):
        totals[one.day] += one.n
    return dict(totals)


def counted_here(
    community: Community, measure: str, first: datetime.date, last: datetime.date
) -> Iterator[DayCount]:
    """What the community counts itself, without anybody typing it; nothing for other measures."""
    if measure == Measure.IMPRESSION:
        yield from _banners(community, first, last)
    elif measure == Measure.ANSWER:
        yield from _accepted_answers(community, first, last)
    elif measure == Measure.CALL:
        yield from _saved_calls(community, first, last)
    elif measure == Measure.VISIT:
        yield from _search_visits(first, last)


@dataclass(frozen=True)
class TypedCount:
    """A typed count in the list, and how many the community counted itself on that day."""

    count: Count
    here: int

    @property
    def what(self) -> str:
        return Measure(self.count.measure).counted

    @property
    def is_left_out(self) -> bool:
        return bool(self.here) and not self.count.on_top


def typed_counts(community: Community, *, most: int) -> list[TypedCount]:
    """The newest typed counts, each with whether it is valued."""
    counts = list(Count.objects.order_by("-day", "-id")[:most])
    here: Counter[tuple[str, datetime.date]] = Counter()
    for measure in {count.measure for count in counts}:
        days = [count.day for count in counts if count.measure == measure]
        for one in counted_here(community, measure, min(days), max(days)):
            here[measure, one.day] += one.n
    return [TypedCount(count, here[count.measure, count.day]) for count in counts]


def _banners(community: Community, first: datetime.date, last: datetime.date) -> Iterator[DayCount]:
    """Viewable impressions by banner; an hour belongs to the local day in which it begins."""
    start, end = moments(first, last, community)
    hours = BannerHour.objects.filter(hour__gte=start, hour__lt=end, viewable__gt=0)
    days = hours.annotate(day=TruncDate("hour", tzinfo=community.zone))
    rows = days.values_list("day", "banner_id", "banner__text").annotate(n=Sum("viewable"))
    for day, banner_id, text, n in rows.order_by("day", "banner_id"):
        yield DayCount(day, n, f"banner-{banner_id}", text)


def _search_visits(first: datetime.date, last: datetime.date) -> Iterator[DayCount]:
    rows = AudienceDay.objects.filter(
        dimension=Dimension.CHANNEL, key=str(Channel.ORGANIC_SEARCH.value), day__range=(first, last)
    )
    for day, visits in rows.filter(visits__gt=0).values_list("day", "visits"):
        yield DayCount(day, visits)


def _accepted_answers(community: Community, first: datetime.date, last: datetime.date) -> Iterator[DayCount]:
    """Questions by the day their answer was accepted."""
    start, end = moments(first, last, community)
    accepted = [moment for kind in KINDS for moment in kind.answers_accepted(start, end)]
    for day, n in Counter(day_of(moment, community) for moment in accepted).items():
        yield DayCount(day, n)


def _saved_calls(community: Community, first: datetime.date, last: datetime.date) -> Iterator[DayCount]:
    """Readers whom an answer saved a call, by the day on which they first said so."""
    rows = Saving.objects.between(*moments(first, last, community)).saved()
    days = rows.annotate(day=TruncDate("said_at", tzinfo=community.zone)).values_list("day")
    for day, n in days.annotate(n=NumberOf("id")).order_by("day"):
        yield DayCount(day, n)


def visits_worth_more(
    community: Community, first: datetime.date, last: datetime.date
) -> dict[datetime.date, int]:
    """Visits from search engines that count as something else: as an order, or as a call that an answer saved.

    Which visit a saved call belongs to is not known: each takes one off, as if all had come from a search engine.
    """
    taken = Counter(visits_with_orders(community, first, last))
    taken.update({one.day: one.n for one in _saved_calls(community, first, last)})
    return dict(taken)


def visits_with_orders(
    community: Community, first: datetime.date, last: datetime.date
) -> dict[datetime.date, int]:
    """Visits from search engines that led to an order that counts: the order is their worth, not the visit.

    Known only of people who agreed to be recognised. A visit before two orders is one.
    """
    start, end = moments(first, last, community)
    credits = Credit.objects.filter(
        model=Credit.Model.LINEAR,
        channel=SEARCH_CHANNEL,
        touched_at__gte=start,
        touched_at__lt=end,
        order__is_refund=False,
        order__currency=community.currency,
    )
    visits: dict[datetime.date, set[object]] = defaultdict(set)
    for touched_at, person in credits.values_list("touched_at", "order__membership_id"):
        assert touched_at is not None  # the query asks for those between two moments
        visits[day_of(touched_at, community)].add((touched_at, person))
    return {day: len(found) for day, found in visits.items()}
