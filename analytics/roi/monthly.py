"""Figures by month, for objectives and the first screen: one statement for a figure, however many months.

Its own file: the results pages and the objectives both ask it.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMonth

from analytics.engagement.intervals import NEEDS_SILENCE, wilson
from analytics.engagement.queries import members_active
from analytics.engagement.responses import answered_rate
from analytics.roi.counting import daily_counts
from analytics.roi.models import Click, Lead, Measure, Objective, Order
from communities.calendar import Month, moments, today
from communities.models import Community, Membership


@dataclass(frozen=True)
class Figure:
    """One month of one figure. Of a share (in percent), `n` is how many cases it is a share of."""

    value: Decimal | None
    n: int = 0
    hits: int | None = None

    @property
    def is_share(self) -> bool:
        return self.hits is not None

    @property
    def is_few(self) -> bool:
        return self.is_share and self.n < NEEDS_SILENCE

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.hits, self.n) if self.hits is not None and self.n else None


Months = dict[datetime.date, Figure]


def monthly(community: Community, name: str, first: datetime.date, last: datetime.date) -> Months:
    """The figure in each month from `first` to `last`; a month without anything counted is missing."""
    return _SOURCES[Objective.Figure(name)](community, first, last)


def _leads(community: Community, first: datetime.date, last: datetime.date) -> Months:
    return _counted(Lead.objects.kept(), "at", community, first, last)


def _new_members(community: Community, first: datetime.date, last: datetime.date) -> Months:
    return _counted(Membership.objects.shown(), "joined_at", community, first, last)


def _clicks(community: Community, first: datetime.date, last: datetime.date) -> Months:
    return _counted(Click.objects.all(), "at", community, first, last)


def _repeat(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """Orders of somebody who had ordered before, among the orders that name their customer."""
    start, end = moments(first, last, community)
    sales = Order.objects.filter(is_refund=False).exclude(customer="")
    before = sales.filter(customer=OuterRef("customer"), placed_at__lt=OuterRef("placed_at"))
    found = (
        sales.filter(placed_at__gte=start, placed_at__lt=end)
        .annotate(month=TruncMonth("placed_at", tzinfo=community.zone), again=Exists(before))
        .values_list("month")
        .annotate(n=Count("id"), hits=Count("id", filter=Q(again=True)))
        .order_by("month")
    )
    return {month.date(): share(hits, n) for month, n, hits in found}


def _from_days(measure: Measure) -> Callable[[Community, datetime.date, datetime.date], Months]:
    def counted(community: Community, first: datetime.date, last: datetime.date) -> Months:
        months: Counter[datetime.date] = Counter()
        for day, n in daily_counts(community, measure, first, last).items():
            months[Month.of(day).first] += n
        return {month: Figure(Decimal(n), n) for month, n in months.items()}

    return counted


def _active(community: Community, first: datetime.date, last: datetime.date) -> Months:
    """In the 28 days that end with the month, or with today."""
    now = today(community)
    found = {}
    for month in Month.of(first).up_to(min(last, now)):
        if n := members_active(min(month.last, now)):
            found[month.first] = Figure(Decimal(n), n)
    return found


def _answered(community: Community, first: datetime.date, last: datetime.date) -> Months:
    found = {}
    for month in Month.of(first).up_to(last):
        rate = answered_rate(community, month.first, month.last)
        if rate.of:
            found[month.first] = share(rate.hits, rate.of)
    return found


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
}
