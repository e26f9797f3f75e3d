"""Webhook messages of shops: who signed them, and which orders they contain. Nothing here writes."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import MessageRefused, SignatureRefused
from analytics.roi.models import OrderSource
from analytics.roi.money import CURRENCIES, digits_of, to_minor
from analytics.roi.order_files import MOST_MINOR, OrderRow, can_be

# A message signed longer ago is a replay.
TOLERANCE = datetime.timedelta(seconds=300)
# What a shop may call our click number, our offer’s code and our member.
CLICK_KEYS = ("cid", "parvis_cid")
MEMBER_KEYS = ("member", "parvis_member")


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


def sign(secret: str, body: bytes) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


def _check_timed(secret: str, header: str, body: bytes, now: datetime.datetime) -> None:
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _sign, value in parts if name.strip() == "t"]
    given = [value.strip() for name, _sign, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not re.fullmatch(r"\d{1,12}", times[0]):
        raise SignatureRefused
    expected = sign(secret, times[0].encode() + b"." + body).hex()
    # Several signatures stand side by side while a shop changes its secret.
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise SignatureRefused
    if abs(now.timestamp() - int(times[0])) > TOLERANCE.total_seconds():
        raise SignatureRefused(_("This message was signed too long ago."))


def orders_in(kind: str, headers: Mapping[str, str], payload: dict[str, Any]) -> list[OrderRow]:
    """The orders and refunds in a message; none for messages about other things. Raises MessageRefused for one that
    should contain an order and does not.
    """
    try:
        rows = READERS[kind](_topic(headers), payload)
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        OSError,
        InvalidOperation,
    ) as error:
        raise MessageRefused from error
    if not all(_is_sane(row) for row in rows):
        raise MessageRefused
    return rows


def _is_sane(row: OrderRow) -> bool:
    """Whether columns can hold it: a signature says who wrote it, not that it makes sense."""
    texts = (value for value in vars(row).values() if isinstance(value, str))
    # A lone half of a sign (JSON knows them) is no text either.
    held = not any("\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text) for text in texts)
    return held and can_be(row.placed_at) and abs(row.net_minor) <= MOST_MINOR


def _topic(headers: Mapping[str, str]) -> str:
    return headers.get("x-shopify-topic", "") or headers.get("x-wc-webhook-topic", "")


def _shopify(topic: str, order: dict[str, Any]) -> list[OrderRow]:
    if topic == "refunds/create":
        amount = sum((Decimal(str(t["amount"])) for t in order["transactions"]), Decimal(0))
        currency = order["transactions"][0]["currency"] if order["transactions"] else "EUR"
        number, sold = f"refund-{order['id']}", str(order["order_id"])
        return [_row(number, order["created_at"], -amount, currency, is_refund=True, refund_of=sold)]
    if not topic.startswith("orders/"):
        return []
    net = Decimal(str(order.get("current_subtotal_price", order["subtotal_price"])))
    if order.get("taxes_included"):
        net -= Decimal(str(order.get("current_total_tax", order.get("total_tax", 0))))
    notes = {str(note["name"]): str(note["value"]) for note in order.get("note_attributes", [])}
    codes = [str(code["code"]) for code in order.get("discount_codes", [])]
    row = _row(
        str(order["id"]),
        order["created_at"],
        net,
        order["currency"],
        version=_version(order.get("updated_at")),
        code=codes[0] if codes else "",
        click=_first(notes, CLICK_KEYS),
        member=_first(notes, MEMBER_KEYS),
        email=str(order.get("email") or ""),
    )
    cancelled = order.get("cancelled_at")
    # A cancelled order was never sold: the sale stays on its day, the refund stands on the day it was cancelled.
    return [row, _taken_back(row, str(cancelled))] if cancelled else [row]


def _woocommerce(topic: str, order: dict[str, Any]) -> list[OrderRow]:
    if not topic.startswith("order.") or topic == "order.deleted":
        return []
    taxes = Decimal(str(order.get("total_tax", 0))) + Decimal(str(order.get("shipping_total", 0)))
    notes = {str(note["key"]): str(note["value"]) for note in order.get("meta_data", [])}
    codes = [str(code["code"]) for code in order.get("coupon_lines", [])]
    row = _row(
        str(order["id"]),
        _utc(order["date_created_gmt"]),
        Decimal(str(order["total"])) - taxes,
        order["currency"],
        version=_version(order.get("date_modified_gmt")),
        code=codes[0] if codes else "",
        click=_first(notes, CLICK_KEYS),
        member=_first(notes, MEMBER_KEYS),
        email=str(order.get("billing", {}).get("email") or ""),
    )
    if order.get("status") in ("cancelled", "refunded"):
        return [row, _taken_back(row, _utc(order["date_modified_gmt"]))]
    return [row]


def _stripe(_topic_: str, event: dict[str, Any]) -> list[OrderRow]:
    thing, kind = event["data"]["object"], event["type"]
    at = datetime.datetime.fromtimestamp(int(event["created"]), datetime.UTC)
    currency = str(thing.get("currency", "")).upper()
    if kind == "checkout.session.completed":
        details = thing.get("total_details") or {}
        net = thing["amount_total"] - details.get("amount_tax", 0) - details.get("amount_shipping", 0)
        notes = {str(key): str(value) for key, value in (thing.get("metadata") or {}).items()}
        row = _row(str(thing.get("payment_intent") or thing["id"]), at.isoformat(), Decimal(0), currency)
        row.net_minor, row.version = int(net), _version(at)
        row.member = str(thing.get("client_reference_id") or _first(notes, MEMBER_KEYS))
        row.click = _first(notes, CLICK_KEYS)
        row.email = str((thing.get("customer_details") or {}).get("email") or "")
        return [row]
    if kind == "charge.refunded":
        sold = str(thing.get("payment_intent") or thing["id"])
        row = _row(
            f"refund-{thing['id']}", at.isoformat(), Decimal(0), currency, is_refund=True, refund_of=sold
        )
        row.net_minor, row.version = -int(thing["amount_refunded"]), _version(at)
        return [row]
    return []


def _generic(_topic_: str, order: dict[str, Any]) -> list[OrderRow]:
    refund_of = str(order.get("refund_of") or "")
    net = Decimal(str(order["net"]))
    if net < 0 and not refund_of:
        raise MessageRefused(_("A negative amount needs “refund_of”."))
    if net > 0 and refund_of:
        net = -net
    texts = {name: str(order.get(name) or "") for name in ("member", "click", "code", "email", "customer")}
    texts["click"] = texts["click"] or str(order.get("cid") or "")
    return [
        _row(
            str(order["order_id"]),
            str(order["placed_at"]),
            net,
            str(order["currency"]),
            is_refund=bool(refund_of),
            refund_of=refund_of,
            version=_version(order.get("updated_at")),
            **texts,
        )
    ]


READERS: dict[str, Callable[[str, dict[str, Any]], list[OrderRow]]] = {
    OrderSource.Kind.SHOPIFY: _shopify,
    OrderSource.Kind.WOOCOMMERCE: _woocommerce,
    OrderSource.Kind.STRIPE: _stripe,
    OrderSource.Kind.GENERIC: _generic,
}


def _row(number: str, placed_at: Any, net: Decimal, currency: str, **more: Any) -> OrderRow:
    moment = datetime.datetime.fromisoformat(str(placed_at))
    if moment.tzinfo is None:
        raise MessageRefused(_("The time of the order has no time zone."))
    if currency.upper() not in CURRENCIES:
        raise MessageRefused(_("“%(code)s” is not a currency.") % {"code": currency[:8]})
    if not number or not net.is_finite() or abs(net) >= Decimal(10) ** (14 - digits_of(currency.upper())):
        raise MessageRefused
    more["refund_of"] = more.get("refund_of", "")[:80]
    moment = moment.astimezone(datetime.UTC)  # a zone may be further away than the database knows any
    return OrderRow(number[:80], moment, to_minor(net, currency.upper()), currency.upper(), **more)


def _taken_back(row: OrderRow, at: str) -> OrderRow:
    moment = datetime.datetime.fromisoformat(at).astimezone(datetime.UTC)
    number = f"refund-{row.external_id}"[:80]
    return OrderRow(number, moment, -row.net_minor, row.currency, True, row.external_id, version=row.version)


def _version(changed_at: Any) -> str:
    """When an order was last changed, in a form that sorts: shops write the hour of their own zone, which turns
    back in October. Empty where nothing is said."""
    if not changed_at:
        return ""
    moment = datetime.datetime.fromisoformat(_utc(changed_at)).astimezone(datetime.UTC)
    return moment.isoformat(timespec="microseconds")


def _utc(text: Any) -> str:
    moment = datetime.datetime.fromisoformat(str(text))
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).isoformat()


def _first(notes: dict[str, str], keys: tuple[str, ...]) -> str:
    return next((notes[key] for key in keys if notes.get(key)), "")
