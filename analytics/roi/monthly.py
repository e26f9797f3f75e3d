"""Figures by month, for objectives and the first screen: one statement for a figure, however many months.

Its own file: the results pages and the objectives both ask it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from analytics.engagement.intervals import NEEDS_SILENCE
from analytics.engagement.queries import members_active_by
from analytics.engagement.responses import answered_by_month
from analytics.roi.closing import closed_values
from analytics.roi.counting import day_counts
from analytics.roi.figure_rows import customers_orders
from analytics.roi.models import Click, Lead, Measure, Objective, Saving
from communities.animation.surveys.results import scores_between
from communities.calendar import Month, day_of, moments, today
from communities.intervals import wilson
from communities.models import Community, Membership


@dataclass(frozen=True)
class Figure:
    """One month of one figure. Of a share (in percent), `n` is how many cases it is a share of."""

    value: Decimal | None
    n: int = 0
    hits: int | None = None
    # Of it, what others counted and somebody typed or loaded.
    elsewhere: int = 0
    # Of a score, the points on each side at 95 %.
    margin: Decimal | None = None

    @property
    def here(self) -> int:
        return self.n - self.elsewhere

    @property
    def is_share(self) -> bool:
        return self.hits is not None

    @property
    def is_few(self) -> bool:
        return self.is_share and self.n < NEEDS_SILENCE

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n) if self.hits is not None and self.n else None

    @property
    def ends(self) -> tuple[int, int] | None:
        """The interval in whole percent, as pages say it."""
        found = self.interval
        return (round(found[0] * 100), round(found[1] * 100)) if found else None

    def as_json(self) -> dict[str, Any]:
        """For a closed month."""
        return {
            "value": None if self.value is None else str(self.value),
            "n": self.n,
            "hits": self.hits,
            "elsewhere": self.elsewhere,
            "margin": None if self.margin is None else str(self.margin),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Figure:
        value, margin = kept["value"], kept.get("margin")  # months closed before there were scores have none
        return cls(
            None if value is None else Decimal(value),
            kept["n"],
            kept["hits"],
            kept["elsewhere"],
            None if margin is None else Decimal(margin),
        )


Months = dict[datetime.date, Figure]


def monthly(
    community: Community,
    name: str,
    first: datetime.date,
    last: datetime.date,
    *,
    closed: Mapping[datetime.date, Any] | None = None,
) -> Months:
    """The figure in each month from `first` to `last`; a month without anything counted is missing.

    Of closed months it is what it was when they were closed: `closed`, for who has asked for several figures already.
    """
    found = _SOURCES[Objective.Figure(name)](community, first, last)
    if closed is None:
        closed = closed_values(name, [one.first for one in Month.of(first).up_to(last)])
    for month, kept in closed.items():
        found.pop(month, None)
        if kept is not None:
            found[month] = Figure.from_json(kept)
    return found


def _leads(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """Those that somebody accepted: only they are qualified."""
    return _counted(Lead.objects.filter(state=Lead.State.ACCEPTED), "at", community, first, last)


def _new_members(community: Community, first: datetime.date, last: datetime.date) -> Months:
    return _counted(Membership.objects.shown(), "joined_at", community, first, last)


def _clicks(community: Community, first: datetime.date, last: datetime.date) -> Months:
    return _counted(Click.objects.all(), "at", community, first, last)


def _repeat(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """Orders of somebody who had ordered before, among the orders that name their customer."""
    found = (
        customers_orders(community, first, last)
        .annotate(month=TruncMonth("placed_at", tzinfo=community.zone))
        .values_list("month")
        .annotate(n=Count("id"), hits=Count("id", filter=Q(again=True)))
        .order_by("month")
    )
    return {month.date(): share(hits, n) for month, n, hits in found}


def _from_days(measure: Measure) -> Callable[[Community, datetime.date, datetime.date], Months]:
    def counted(community: Community, first: datetime.date, last: datetime.date) -> Months:
        here: Counter[datetime.date] = Counter()
        elsewhere: Counter[datetime.date] = Counter()
        for one in day_counts(community, measure, first, last):
            (elsewhere if one.is_typed else here)[Month.of(one.day).first] += one.n
        sums = {month: here[month] + elsewhere[month] for month in (*here, *elsewhere)}
        return {month: Figure(Decimal(n), n, None, elsewhere[month]) for month, n in sums.items()}

    return counted


def _active(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """In the 28 days that end with the month, or with today."""
    now = today(community)
    ends = [min(month.last, now) for month in Month.of(first).up_to(min(last, now))]
    counts = members_active_by(ends)
    return {Month.of(end).first: Figure(Decimal(counts[end]), counts[end]) for end in ends if counts[end]}


def _answered(community: Community, first: datetime.date, last: datetime.date) -> Months:
    rates = answered_by_month(community, first, last)
    return {month: share(rate.hits, rate.of) for month, rate in sorted(rates.items())}


def _recommendation(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """The last score of the surveys of all members that closed in a month; one of too few answers is none."""
    found: Months = {}
    for survey, score in scores_between(*moments(first, last, community)):
        if survey.closed_at is not None and not score.is_few:
            month = Month.of(day_of(survey.closed_at, community)).first
            margin = Decimal(score.give_or_take)
            found[month] = Figure(Decimal(score.points), score.n, margin=margin)
    return found


def _saved(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """Those who say yes among those who answered “Did this save you a call?”."""
    found = (
        Saving.objects.between(*moments(first, last, community))
        .annotate(month=TruncMonth("said_at", tzinfo=community.zone))
        .values_list("month")
        .annotate(n=Count("id"), hits=Count("id", filter=Q(saved=True)))
        .order_by("month")
    )
    return {month.date(): share(hits, n) for month, n, hits in found}


def _counted(
    rows: Any, field: str, community: Community, first: datetime.date, last: datetime.date
) -> Months:
    start, end = moments(first, last, community)
    found = (
        rows.filter(**{f"{field}__gte": start, f"{field}__lt": end})
        .annotate(month=TruncMonth(field, tzinfo=community.zone))
        .values_list("month")
        .annotate(n=Count("id"))
        .order_by("month")
    )
    return {month.date(): Figure(Decimal(n), n) for month, n in found}


def share(hits: int, n: int) -> Figure:
    return Figure(Decimal(hits) * 100 / n if n else None, n, hits)


_SOURCES: dict[Objective.Figure, Callable[[Community, datetime.date, datetime.date], Months]] = {
    Objective.Figure.LEADS: _leads,
    Objective.Figure.NEW_MEMBERS: _new_members,
    Objective.Figure.ACTIVE: _active,
    Objective.Figure.REPEAT: _repeat,
    Objective.Figure.ANSWERED: _answered,
    Objective.Figure.SEARCH: _from_days(Measure.VISIT),
    Objective.Figure.IMPRESSIONS: _from_days(Measure.IMPRESSION),
    Objective.Figure.CLICKS: _clicks,
    Objective.Figure.NPS: _recommendation,
    Objective.Figure.SAVED: _saved,
}
