"""What the figures of objectives are counted from, where the ledger has no rows of it: plain values, for pages, tables
and closed months."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from analytics.roi.models import Click, Objective, Order
from communities.calendar import day_of, moments
from communities.models import Community, Membership

MOST_ROWS = 500
# Of whom or of what, without a name: who joined stands on the member list, as long as they are there.
BY_DAY = (Objective.Figure.NEW_MEMBERS, Objective.Figure.CLICKS)
HAVE_ROWS = (*BY_DAY, Objective.Figure.REPEAT)


def heads_of(name: str) -> list[str]:
    if name == Objective.Figure.REPEAT:
        return [_("Day"), _("Order"), _("Ordered before")]
    return [_("Day"), _("New members") if name == Objective.Figure.NEW_MEMBERS else _("Click-outs")]


def rows_of(community: Community, name: str, first: datetime.date, last: datetime.date) -> list[list[Any]]:
    """Rows of one figure in these days, the first cell being the ISO day; of orders the newest, with 1 for somebody
    who had ordered before."""
    if name == Objective.Figure.REPEAT:
        return [
            [day_of(order.placed_at, community).isoformat(), order.external_id, int(order.again)]
            for order in customers_orders(community, first, last).order_by("-placed_at", "-id")[:MOST_ROWS]
        ]
    is_joining = name == Objective.Figure.NEW_MEMBERS
    rows: Any = Membership.objects.shown() if is_joining else Click.objects.all()
    field = "joined_at" if is_joining else "at"
    start, end = moments(first, last, community)
    days = (
        rows.filter(**{f"{field}__gte": start, f"{field}__lt": end})
        .annotate(day=TruncDate(field, tzinfo=community.zone))
        .values_list("day")
        .annotate(n=Count("id"))
        .order_by("day")
    )
    return [[day.isoformat(), n] for day, n in days]


def customers_orders(community: Community, first: datetime.date, last: datetime.date) -> Any:
    """The orders of these days that name their customer, with `again`: somebody who had ordered before."""
    start, end = moments(first, last, community)
    sales = Order.objects.filter(is_refund=False).exclude(customer="")
    before = sales.filter(customer=OuterRef("customer"), placed_at__lt=OuterRef("placed_at"))
    return sales.filter(placed_at__gte=start, placed_at__lt=end).annotate(again=Exists(before))
