"""Messages as shops write them, about one order of 100.00 net, 20.00 tax and 5.00 shipping of 2 October 2026."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from analytics.roi import services
from analytics.roi.models import LedgerEntry, OrderSource
from communities.signatures import sign
from tests.analytics.money import make_shop
from tests.conftest import Cast

SECRET = "a secret of the shop"
SENT = "2026-10-02T10:00:00+02:00"


@dataclass(frozen=True)
class Message:
    """What a shop posts: its topic, where its format has one in a header, and the body."""

    kind: str
    topic: str
    body: dict[str, Any] = field(default_factory=dict)


def post(cast: Cast, message: Message, *, work: bool = True, shop: str = "") -> Any:
    """The answer of the shop’s address; the worker has done its part unless told otherwise."""
    with cast.scope():
        source = make_shop(message.kind, shop or f"Shop {message.kind}", SECRET)
    body = json.dumps(message.body).encode()
    url = cast.url(f"/hooks/orders/{source.token}/")
    headers = _headers(message, body)
    answer = Client().post(url, body, content_type="application/json", headers=headers)
    if work:
        with cast.scope():
            services.take_waiting(cast.community)
    return answer


def _headers(message: Message, body: bytes) -> dict[str, str]:
    encoded = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    now = str(int(time.time()))
    timed = f"t={now},v1={sign(SECRET, now.encode() + b'.' + body).hex()}"
    match message.kind:
        case "shopify":
            return {"x-shopify-hmac-sha256": encoded, "x-shopify-topic": message.topic}
        case "woocommerce":
            return {"x-wc-webhook-signature": encoded, "x-wc-webhook-topic": message.topic}
        case "stripe":
            return {"stripe-signature": timed}
    return {"x-signature": timed}


def ledger(cast: Cast, kind: str = "") -> list[tuple[str, int]]:
    """Day and minor units of each row of the ledger, by day."""
    with cast.scope():
        lines = LedgerEntry.objects.benefits().of_measure("order")
        if kind:
            number = OrderSource.objects.get(name=f"Shop {kind}").pk
            lines = lines.filter(unit_id__startswith=f"order:{number}:")
        found = list(lines.order_by("day", "-gross_minor").values_list("day", "gross_minor"))
    return [(day.isoformat(), minor) for day, minor in found]


# Shopify


def line(number: int, price: str, *, tax: str = "0.00", **more: Any) -> dict[str, Any]:
    more.setdefault("quantity", 1)
    return {"id": number, "price": price, "tax_lines": [{"price": tax}], "gift_card": False, **more}


def shopify(status: str = "paid", at: str = SENT, **changes: Any) -> dict[str, Any]:
    order = {
        "id": 7001, "test": False, "financial_status": status, "created_at": SENT, "updated_at": at,
        "currency": "EUR", "taxes_included": False, "subtotal_price": "100.00", "total_tax": "20.00",
        "total_price": "125.00", "current_subtotal_price": "100.00", "cancelled_at": None, "refunds": [],
        "line_items": [line(1, "75.00", tax="15.00"), line(2, "25.00", tax="5.00")],
    }  # fmt: skip
    return order | changes


def shopify_refund(number: int, at: str, paid: str, lines: list[tuple[str, str]], **changes: Any) -> Any:
    refund = {
        "id": number, "order_id": 7001, "created_at": at, "order_adjustments": [], "refund_shipping_lines": [],
        "transactions": [{"kind": "refund", "status": "success", "amount": paid, "currency": "EUR"}],
        "refund_line_items": [
            {"line_item_id": 1, "quantity": 0, "subtotal": float(net), "total_tax": float(tax)}
            for net, tax in lines
        ],
    }  # fmt: skip
    return refund | changes


def create(order: dict[str, Any]) -> Message:
    return Message("shopify", "orders/create", order)


def updated(order: dict[str, Any]) -> Message:
    return Message("shopify", "orders/updated", order)


def refunded(refund: dict[str, Any]) -> Message:
    return Message("shopify", "refunds/create", refund)


# WooCommerce


def woo(status: str, at: str, topic: str = "order.updated", **changes: Any) -> Message:
    order = {
        "id": 8001, "status": status, "date_created_gmt": "2026-10-02T08:00:00", "date_modified_gmt": at,
        "date_paid_gmt": None if status in ("pending", "failed", "on-hold") else "2026-10-02T08:00:05",
        "currency": "EUR", "total": "125.00", "total_tax": "20.00", "cart_tax": "20.00",
        "shipping_total": "5.00", "shipping_tax": "0.00", "refunds": [], "fee_lines": [],
        "line_items": [{"id": 1, "total": "75.00"}, {"id": 2, "total": "25.00"}],
    }  # fmt: skip
    return Message("woocommerce", topic, order | changes)


def woo_refund(number: int, total: str) -> dict[str, Any]:
    return {"id": number, "reason": "", "total": f"-{total}"}


# Stripe


def seconds(text: str) -> int:
    return int(datetime.datetime.fromisoformat(text).timestamp())


def event(kind: str, at: str, thing: dict[str, Any], **changes: Any) -> Message:
    name = hashlib.sha256(f"{kind}{at}{thing}".encode()).hexdigest()[:16]
    body = {
        "id": f"evt_{name}", "type": kind, "created": seconds(at), "livemode": True, "data": {"object": thing}
    }  # fmt: skip
    return Message("stripe", "", body | changes)


def session(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cs_1", "mode": "payment", "payment_intent": "pi_1", "payment_status": "paid", "currency": "eur",
        "amount_subtotal": 10_000, "amount_total": 12_500,
        "total_details": {"amount_tax": 2_000, "amount_shipping": 500, "amount_discount": 0},
        **changes,
    }  # fmt: skip


def stripe_refund(number: str, at: str, amount: int, status: str = "succeeded") -> dict[str, Any]:
    return {
        "id": number, "object": "refund", "amount": amount, "currency": "eur", "created": seconds(at),
        "status": status, "charge": "ch_1", "payment_intent": "pi_1",
    }  # fmt: skip


def charge(amount_refunded: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": "ch_1", "payment_intent": "pi_1", "currency": "eur", "amount": 12_500,
        "amount_refunded": amount_refunded, **changes,
    }  # fmt: skip
