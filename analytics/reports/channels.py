"""Orders by the channels they are credited to. Its own file: two models side by side, summing to the ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Sum

from analytics.roi.models import Credit, Order
from communities.calendar import moments
from communities.models import Community


@dataclass
class ChannelRow:
    """Net amounts in minor units; an empty channel is what cannot be attributed."""

    channel: str
    last: int = 0
    linear: int = 0


def orders_by_channel(community: Community, first: datetime.date, last: datetime.date) -> list[ChannelRow]:
    """Each model’s column sums to all orders of these days in the community’s currency, to the cent."""
    start, end = moments(first, last, community)
    orders = Order.objects.filter(placed_at__gte=start, placed_at__lt=end, currency=community.currency)
    rows: dict[str, ChannelRow] = {}
    credited = Credit.objects.filter(order__in=orders.attributed().values("pk"))
    for channel, model, amount in credited.values_list("channel", "model").annotate(Sum("amount_minor")):
        row = rows.setdefault(channel, ChannelRow(channel))
        setattr(row, model, amount)
    found = sorted(rows.values(), key=lambda row: (-row.last, row.channel))
    rest = orders.filter(matched_by="").aggregate(total=Sum("net_minor", default=0))["total"]
    return [*found, ChannelRow("", rest, rest)] if found or rest else []
