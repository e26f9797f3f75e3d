"""Signed messages of shops: checked and kept while the shop waits, stored by the worker.

The shop gets its answer before the orders are matched and valued: if answers are slow, shops send again and finally
give up.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.roi.exceptions import MessageRefused
from analytics.roi.hooks import check_signature, number_of, tellings_in
from analytics.roi.models import Delivery, OrderSource
from analytics.roi.services.orders import Tally, store_tellings
from analytics.roi.shops import sold_and_back
from analytics.roi.shops.telling import Telling, What, merge
from communities.models import Community
from communities.sealing import Unreadable, seal, unseal
from communities.tasks import each_apart

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
    now = timezone.now()
    at = now.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    tellings = tellings_in(source.kind, headers, payload, arrival=at, received_at=at)
    if source.kind == OrderSource.Kind.GENERIC:
        _refuse_beyond(source, tellings)
    delivery: Delivery
    delivery, is_new = Delivery.objects.get_or_create(
        source=source,
        number=number_of(source.kind, body, payload),
        defaults={"sealed_rows": _sealed(source, tellings) if tellings else "", "received_at": now},
    )
    return delivery, is_new


def _refuse_beyond(source: OrderSource, tellings: list[Telling]) -> None:
    """Our own format can be told so at once: more paid back than was sold. Raises MessageRefused with both sums."""
    for telling in tellings:
        if telling.what != What.REFUND:
            continue
        # One at a time for each shop, and before anything is written that points to it.
        OrderSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
        known = source.facts.filter(number=telling.number).values_list("facts", flat=True).first() or {}
        for one in (*_waiting(source), telling):
            known = merge(known, one) if one.number == telling.number and one.what != What.TEST else known
        sums = sold_and_back(known)
        if sums and sums[1] > sums[0]:
            words = {"back": _plain(sums[1]), "sold": _plain(sums[0]), "id": telling.number[:80]}
            raise MessageRefused(
                _("Paid back for order %(id)s: %(back)s in all; it was sold for %(sold)s.") % words
            )


def _waiting(source: OrderSource) -> Iterator[Telling]:
    """What was received and is not stored yet; without what cannot be read."""
    for delivery in source.deliveries.waiting():
        with suppress(Unreadable):
            yield from _tellings(source, delivery.sealed_rows)


def _plain(amount: Fraction) -> str:
    return f"{float(amount):.2f}"


@transaction.atomic
def take_delivery(delivery: Delivery, *, community: Community) -> Tally | None:
    """Store the orders of a message that waits; None when that was done before. What it said is forgotten."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("source").get(pk=delivery.pk)
    if not delivery.sealed_rows:
        return None
    try:
        tellings = _tellings(delivery.source, delivery.sealed_rows)
    except Unreadable:
        # Sealed with a key that is gone: kept, in case it comes back.
        logger.error("a message of a shop cannot be read", extra={"delivery": delivery.pk})
        return None
    tally = store_tellings(delivery.source, tellings, community=community)
    OrderSource.objects.filter(pk=delivery.source_id).update(last_at=delivery.received_at)
    delivery.sealed_rows = ""
    delivery.save(update_fields=["sealed_rows"])
    return tally


def take_waiting(community: Community) -> int:
    """Store what was received while the broker was away; how many messages."""
    waiting = {one.pk: one for one in Delivery.objects.waiting()}
    return each_apart(
        "message", waiting, lambda pk: take_delivery(waiting[pk], community=community) is not None
    )


def _sealed(source: OrderSource, tellings: list[Telling]) -> str:
    return seal(json.dumps([one.as_json() for one in tellings]), place=source.place)


def _tellings(source: OrderSource, sealed: str) -> list[Telling]:
    facts: list[dict[str, Any]] = json.loads(unseal(sealed, place=source.place))
    return [Telling(**one) for one in facts]
