"""Orders that came of an article: those of which the last contact was a visit that began with it."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db.models import Count, Q, Sum

from analytics.roi.models import Credit
from analytics.roi.money import shown
from communities.blogs.readings import Selling, Sold, sellings
from communities.calendar import moments
from communities.models import Community


def register() -> None:
    sellings.register(Selling("orders", sold_by))


def sold_by(community: Community, paths: Collection[str], first: datetime.date, last: datetime.date) -> Sold:
    """By the attribution that results use: each order once, by its last contact, less what came off it since."""
    start, end = moments(first, last, community)
    credits = Credit.objects.filter(
        page__in=list(paths),
        model=Credit.Model.LAST,
        order__placed_at__gte=start,
        order__placed_at__lt=end,
        order__currency=community.currency,
    ).exclude(amount_minor=0)
    sums = credits.aggregate(
        orders=Count("order", filter=Q(order__is_refund=False)),
        people=Count("order__membership", filter=Q(order__is_refund=False), distinct=True),
        net=Sum("amount_minor", default=0),
    )
    return Sold(sums["orders"], sums["people"], shown(sums["net"], community.currency))
