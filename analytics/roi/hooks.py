"""Webhook messages of shops: who signed them, and which orders they contain. Nothing here writes."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi import shops
from analytics.roi.exceptions import MessageRefused, SignatureRefused
from analytics.roi.models import OrderSource
from analytics.roi.shops.projecting import fitting
from analytics.roi.shops.telling import Telling
from communities.fields import can_be_stored
from communities.signatures import Signed, check_timed, sign

# In the largest unit that any currency has, with three digits after it.
MOST_MAJOR = 10**12
# What one message says of one order, in characters: more is no order.
MOST_TOLD = 200_000


def check_signature(
    source: OrderSource, headers: Mapping[str, str], body: bytes, now: datetime.datetime
) -> None:
    """Passes when the shop signed exactly these bytes, and lately where it signs the time as well.

    Raises SignatureRefused.
    """
    secret = source.secret
    if not secret:
        raise SignatureRefused
    if source.kind in (OrderSource.Kind.STRIPE, OrderSource.Kind.GENERIC):
        header = "stripe-signature" if source.kind == OrderSource.Kind.STRIPE else "x-signature"
        _check_timed(secret, headers.get(header, ""), body, now)
    elif source.kind in (OrderSource.Kind.SHOPIFY, OrderSource.Kind.WOOCOMMERCE):
        shopify = source.kind == OrderSource.Kind.SHOPIFY
        given = headers.get("x-shopify-hmac-sha256" if shopify else "x-wc-webhook-signature", "")
        expected = base64.b64encode(sign(secret, body)).decode()
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise SignatureRefused
    else:
        raise SignatureRefused


def is_trial(kind: str, headers: Mapping[str, str], body: bytes) -> bool:
    """What WooCommerce sends, unsigned, when a webhook is saved: its number, as a form. It contains no order."""
    form = headers.get("content-type", "").partition(";")[0].strip() == "application/x-www-form-urlencoded"
    signed = any(name.startswith("x-wc-webhook-") for name in headers)
    is_number = re.fullmatch(rb"webhook_id=[0-9]{1,20}", body) is not None
    return kind == OrderSource.Kind.WOOCOMMERCE and form and not signed and is_number


def number_of(kind: str, body: bytes, payload: dict[str, Any]) -> str:
    """The number of one delivery: the same message sent again has the same.

    Only what is signed can be trusted with it. Shopify and WooCommerce name their deliveries in a header, which
    whoever replays a message may change: there it is the body itself. Stripe’s number is in the body.
    """
    if kind == OrderSource.Kind.STRIPE and isinstance(payload.get("id"), str) and payload["id"].isascii():
        return str(payload["id"])[:120].replace("\0", "")
    return hashlib.sha256(body).hexdigest()


def _check_timed(secret: str, header: str, body: bytes, now: datetime.datetime) -> None:
    signed = check_timed([secret], header, body, now)
    if signed is Signed.FORGED:
        raise SignatureRefused
    if signed is Signed.OLD:
        raise SignatureRefused(_("This message was signed too long ago."))


def tellings_in(
    kind: str, headers: Mapping[str, str], payload: dict[str, Any], *, arrival: str, received_at: str
) -> list[Telling]:
    """What a message tells about orders; nothing for messages about other things. Raises MessageRefused for one that
    should tell of an order and does not.
    """
    try:
        tellings = shops.tellings_in(kind, _topic(headers), payload, arrival=arrival, received_at=received_at)
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        OSError,
        ArithmeticError,
    ) as error:
        raise MessageRefused from error
    tellings = [replace(one, number=fitting(one.number)) for one in tellings]
    if not all(_is_sane(one) for one in tellings):
        raise MessageRefused
    return tellings


def _is_sane(telling: Telling) -> bool:
    """Whether columns can hold it: a signature says who wrote it, not that it makes sense."""
    told = telling.as_json()
    amounts = (telling.facts.get(name) or 0 for name in ("net", "total", "money", "subtotal", "amount"))
    small = all(abs(Fraction(amount)) < MOST_MAJOR for amount in amounts)
    short = len(json.dumps(told, ensure_ascii=False)) <= MOST_TOLD
    return short and small and bool(telling.number) and can_be_stored(told)


def _topic(headers: Mapping[str, str]) -> str:
    return headers.get("x-shopify-topic", "") or headers.get("x-wc-webhook-topic", "")
