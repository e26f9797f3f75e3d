"""Orders that came of an article: those of which the last contact was a visit that began with it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef

from analytics.roi.models import Credit, Order
from analytics.roi.money import shown
from communities.blogs.readings import Selling, Sold, sellings
from communities.calendar import day_of, moments
from communities.models import Community


def register() -> None:
    sellings.register(Selling("orders", sold_by, written))


def sold_by(
    community: Community, paths: Collection[str], first: datetime.date, last: datetime.date
) -> Iterator[Sold]:
    """By the attribution that results use: each order once, by its last contact; and what came off these orders, on the
    day on which it did, whatever its own last contact was."""
    start, end = moments(first, last, community)
    of_it = Credit.objects.filter(page__in=list(paths), model=Credit.Model.LAST).exclude(amount_minor=0)
    within = {"placed_at__gte": start, "placed_at__lt": end, "currency": community.currency}
    sales = Order.objects.filter(Exists(of_it.filter(order=OuterRef("pk"))), is_refund=False, **within)
    sale = Order.objects.filter(
        source=OuterRef("source"), external_id=OuterRef("refund_of"), is_refund=False
    ).filter(Exists(of_it.filter(order=OuterRef("pk"))))
    refunds = Order.objects.filter(Exists(sale), is_refund=True, **within).exclude(refund_of="")
    for orders in (sales, refunds):
        rows = orders.values_list("placed_at", "membership", "is_refund", "net_minor")
        for placed_at, buyer, is_refund, net in rows:
            yield Sold(day_of(placed_at, community), buyer, int(not is_refund), net)


def written(net: int, community: Community) -> str:
    return shown(net, community.currency)
