from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from analytics.roi.exceptions import MessageRefused, NameTaken
from analytics.roi.hooks import check_signature, orders_in
from analytics.roi.keys import keyed
from analytics.roi.matching import Matcher, follow
from analytics.roi.models import Credit, Delivery, Order, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.permissions import can_edit_results
from analytics.roi.services.valuing import Rates, line_of, upsert
from communities.exceptions import NotAllowed
from communities.models import Community, Membership

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


def connect_shop(*, by: Membership, kind: str, name: str, secret: str) -> OrderSource:
    """Raises NotAllowed, NameTaken."""
    if not can_edit_results(by):
        raise NotAllowed
    try:
        with transaction.atomic():
            return OrderSource.objects.create(kind=kind, name=name, secret=secret)
    except IntegrityError as error:
        raise NameTaken from error


@transaction.atomic
def receive_message(
    source: OrderSource, *, headers: Mapping[str, str], body: bytes, community: Community
) -> Tally | None:
    """Take one signed message of a shop; None when this very message was taken before.

    Raises SignatureRefused (forged, or too old) and MessageRefused (not an order). Nothing is kept then.
    """
    number = check_signature(source, headers, body, timezone.now())
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageRefused from error
    if not isinstance(payload, dict):
        raise MessageRefused
    rows = orders_in(source.kind, headers, payload)
    _lock(source)
    _delivery, is_new = Delivery.objects.get_or_create(source=source, number=number[:120])
    if not is_new:
        return None
    OrderSource.objects.filter(pk=source.pk).update(last_at=timezone.now())
    return store_orders(source, rows, community=community)


@transaction.atomic
def store_orders(source: OrderSource, rows: list[OrderRow], *, community: Community) -> Tally:
    """Keep orders and refunds, their ledger lines and their credits; the same rows again change nothing.

    An older version of a known order is ignored, so messages may come in any order.
    """
    _lock(source)
    tally, rates = Tally(), Rates()
    for start in range(0, len(rows), BATCH):
        _store_batch(source, rows[start : start + BATCH], community, tally, rates)
    return tally


def _lock(source: OrderSource) -> None:
    """One writer for each shop: two messages about one order must not both think it is new.

    Before anything is written that points to the shop: two who already hold a share of its row would wait for
    each other for ever.
    """
    OrderSource.objects.select_for_update(of=("self",)).get(pk=source.pk)


def _store_batch(
    source: OrderSource, rows: list[OrderRow], community: Community, tally: Tally, rates: Rates
) -> None:
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
    _write(changed, matcher, community, rates)
    _write(_refunds_of(source, changed), matcher, community, rates)


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


def _write(changed: list[Order], matcher: Matcher, community: Community, rates: Rates) -> None:
    if not changed:
        return
    fresh = [order for order in changed if order.pk is None]
    Order.objects.bulk_create(fresh, batch_size=BATCH)
    again = [order for order in changed if order not in fresh]
    for order in again:
        order.save()
    upsert([line_of(order, community, rates) for order in changed])
    Credit.objects.filter(order__in=[order.pk for order in again]).delete()
    Credit.objects.bulk_create(matcher.credits(changed), batch_size=BATCH)


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
