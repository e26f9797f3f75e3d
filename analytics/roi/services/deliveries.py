"""Signed messages of shops: checked and kept while the shop waits, stored by the worker.

The shop gets its answer before the orders are matched and valued: if answers are slow, shops send again and finally
give up.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from analytics.roi.exceptions import MessageRefused
from analytics.roi.hooks import check_signature, number_of, orders_in
from analytics.roi.models import Delivery, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.services.orders import Tally, store_orders
from communities.models import Community
from communities.sealing import Unreadable, seal, unseal

logger = logging.getLogger(__name__)


@transaction.atomic
def receive_message(source: OrderSource, *, headers: Mapping[str, str], body: bytes) -> tuple[Delivery, bool]:
    """Keep one signed message for the worker; also returns False if this very message came before.

    Raises SignatureRefused (forged, or too old) and MessageRefused (not an order). Nothing is kept then.
    """
    check_signature(source, headers, body, timezone.now())
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageRefused from error
    if not isinstance(payload, dict):
        raise MessageRefused
    rows = orders_in(source.kind, headers, payload)
    delivery: Delivery
    delivery, is_new = Delivery.objects.get_or_create(
        source=source,
        number=number_of(source.kind, body, payload),
        defaults={"sealed_rows": _sealed(source, rows) if rows else ""},
    )
    return delivery, is_new


@transaction.atomic
def take_delivery(delivery: Delivery, *, community: Community) -> Tally | None:
    """Store the orders of a message that waits; None when that was done before. What it said is forgotten."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("source").get(pk=delivery.pk)
    if not delivery.sealed_rows:
        return None
    try:
        rows = _rows(delivery.source, delivery.sealed_rows)
    except Unreadable:
        # Sealed with a key that is gone: kept, in case it comes back.
        logger.error("a message of a shop cannot be read", extra={"delivery": delivery.pk})
        return None
    tally = store_orders(delivery.source, rows, community=community)
    OrderSource.objects.filter(pk=delivery.source_id).update(last_at=delivery.received_at)
    delivery.sealed_rows = ""
    delivery.save(update_fields=["sealed_rows"])
    return tally


def take_waiting(community: Community) -> int:
    """Store what was received while the broker was away; how many messages."""
    taken = [take_delivery(one, community=community) for one in Delivery.objects.waiting()]
    return sum(tally is not None for tally in taken)


def _sealed(source: OrderSource, rows: list[OrderRow]) -> str:
    facts = [asdict(row) | {"placed_at": row.placed_at.isoformat()} for row in rows]
    return seal(json.dumps(facts), place=source.place)


def _rows(source: OrderSource, sealed: str) -> list[OrderRow]:
    facts: list[dict[str, Any]] = json.loads(unseal(sealed, place=source.place))
    return [
        OrderRow(**one | {"placed_at": datetime.datetime.fromisoformat(one["placed_at"])}) for one in facts
    ]
