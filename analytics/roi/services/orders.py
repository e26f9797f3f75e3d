from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from analytics.roi.counting import SEARCH_CHANNEL
from analytics.roi.keys import keyed
from analytics.roi.matching import Matcher, follow
from analytics.roi.models import Credit, Measure, Order, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.services.valuing import Rates, line_of, revalue, upsert
from communities.calendar import day_of
from communities.models import Community

BATCH = 500


@dataclass
class Tally:
    """What storing did; sums are in minor units, by currency, over all rows given."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    orders: int = 0
    refunds: int = 0
    sums: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def store_orders(source: OrderSource, rows: list[OrderRow], *, community: Community) -> Tally:
    """Keep orders and refunds, their ledger lines and their credits; the same rows again change nothing.

    An older version of a known order is ignored, so messages may come in any order.
    """
    _lock(source)
    tally, rates = Tally(), Rates()
    searched: set[datetime.date] = set()
    for start in range(0, len(rows), BATCH):
        searched |= _store_batch(source, rows[start : start + BATCH], community, tally, rates)
    if searched:
        # A visit that led to an order is no longer worth its own price, or is again.
        revalue(community, Measure.VISIT, min(searched), max(searched))
    return tally


def _lock(source: OrderSource) -> None:
    """One writer for each shop: two messages about one order must not both think it is new.

    Before anything is written that points to the shop: two who already hold a share of its row would wait for
    each other for ever.
    """
    OrderSource.objects.select_for_update(of=("self",)).get(pk=source.pk)


def _store_batch(
    source: OrderSource, rows: list[OrderRow], community: Community, tally: Tally, rates: Rates
) -> set[datetime.date]:
    """Returns the days of visits from search engines that these orders are, or were, credited to."""
    numbers = [row.external_id for row in rows]
    known = {order.external_id: order for order in source.orders.filter(external_id__in=numbers)}
    matcher = Matcher(community, source, rows)
    changed: list[Order] = []
    # Sales first: a refund in the same batch is recognised by whatever its order is.
    for row in sorted(rows, key=lambda row: row.is_refund):
        _count(tally, row)
        order = known.get(row.external_id)
        fingerprint = _fingerprint(row)
        if order is not None and _is_settled(order, row, fingerprint):
            tally.unchanged += 1
            continue
        tally.changed += order is not None
        tally.new += order is None
        order = order or Order(source=source, external_id=row.external_id, community_id=community.pk)
        known[row.external_id] = order
        _fill(order, row, fingerprint)
        matcher.match(order, row)
        if not order.is_refund:
            matcher.sales[order.external_id] = order
        changed.append(order)
    searched = _write(changed, matcher, community, rates)
    return searched | _write(_refunds_of(source, changed), matcher, community, rates)


def _refunds_of(source: OrderSource, changed: list[Order]) -> list[Order]:
    """Refunds that came before their order: they are attributed as it is, or its benefit would stay."""
    sales = {order.external_id: order for order in changed if not order.is_refund}
    known = {order.pk for order in changed}
    refunds = [one for one in source.orders.filter(refund_of__in=sales) if one.pk not in known]
    for refund in refunds:
        follow(refund, sales[refund.refund_of])
    return refunds


def _is_settled(order: Order, row: OrderRow, fingerprint: str) -> bool:
    return order.fingerprint == fingerprint or bool(order.version and row.version < order.version)


def _fill(order: Order, row: OrderRow, fingerprint: str) -> None:
    order.refund_of, order.is_refund = row.refund_of, row.is_refund
    order.placed_at, order.net_minor, order.currency = row.placed_at, row.net_minor, row.currency
    order.code, order.version, order.fingerprint = row.code[:40], row.version[:40], fingerprint
    order.customer = keyed(order.community_id, "customer", row.customer) if row.customer else ""
    order.updated_at = timezone.now()


def _write(changed: list[Order], matcher: Matcher, community: Community, rates: Rates) -> set[datetime.date]:
    if not changed:
        return set()
    fresh = [order for order in changed if order.pk is None]
    Order.objects.bulk_create(fresh, batch_size=BATCH)
    again = [order for order in changed if order not in fresh]
    for order in again:
        order.save()
    upsert([line_of(order, community, rates) for order in changed])
    former = Credit.objects.filter(order__in=[order.pk for order in again])
    credits = list(matcher.credits(changed))
    searched = _search_days([*former, *credits], community)
    former.delete()
    Credit.objects.bulk_create(credits, batch_size=BATCH)
    return searched


def _search_days(credits: list[Credit], community: Community) -> set[datetime.date]:
    return {
        day_of(one.touched_at, community)
        for one in credits
        if one.touched_at and one.channel == SEARCH_CHANNEL
    }


def _count(tally: Tally, row: OrderRow) -> None:
    tally.orders += not row.is_refund
    tally.refunds += row.is_refund
    tally.sums[row.currency] = tally.sums.get(row.currency, 0) + row.net_minor


def _fingerprint(row: OrderRow) -> str:
    """The version is left out: a new one that says the same changes nothing."""
    facts: dict[str, Any] = {name: value for name, value in vars(row).items() if name != "version"}
    text = json.dumps(facts, sort_keys=True, default=_as_text)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: Any) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return str(value)
