"""WooCommerce: orders as its REST API (v3) tells them, refunds in them with their gross total only, or as resources."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import MessageRefused
from analytics.roi.shops.telling import (
    Facts,
    Off,
    Standing,
    Take,
    Telling,
    What,
    buyer_of,
    currency_of,
    moment_of,
    money,
    newest_state,
    number_of,
    run_start,
    text_of,
)

PAID = ("processing", "completed")
# Paid once, if a date of payment says so; what is left of them has ended.
ENDED = {"refunded": "refund-rest", "cancelled": "cancel", "trash": "cancel"}
UNPAID = ("pending", "on-hold", "failed", "checkout-draft", "auto-draft")


def read(topic: str, body: dict[str, Any], *, arrival: str, received_at: str) -> list[Telling]:
    """`arrival` decides between two versions of one second: the one that arrived last."""
    if topic == "order.deleted":
        # Nothing but the number: the order went to the trash when this came.
        return [
            Telling(
                number_of(body["id"]), What.STATE, f"{received_at}|{arrival}", received_at,
                facts={"state": "trash"},
            )
        ]  # fmt: skip
    if "refund" in topic:
        return [_resource(number_of(body.get("parent_id") or body.get("order_id")), body)]
    if not topic.startswith("order."):
        return []
    if "date_created_gmt" not in body:
        raise MessageRefused(
            _(
                "This is an old form of the message. Choose “WP REST API Integration v3” in the webhook’s settings."
            )
        )
    return _order(body, arrival)


def _order(order: dict[str, Any], arrival: str) -> list[Telling]:
    number, at = number_of(order["id"]), _gmt(order.get("date_modified_gmt") or order["date_created_gmt"])
    refunds = order.get("refunds") or []
    net = _net(order)
    tax = order.get("cart_tax")
    goods_tax = (
        money(tax) if tax is not None else money(order.get("total_tax")) - money(order.get("shipping_tax"))
    )
    state = str(order.get("status") or "processing")
    facts: Facts = {
        "placed_at": _gmt(order["date_created_gmt"]),
        "currency": currency_of(order["currency"]),
        "net": text_of(net),
        "goods": text_of(net + goods_tax),
        "state": state,
        "unknown_state": state not in (*PAID, *ENDED, *UNPAID),
    }
    if "date_paid_gmt" in order or "date_paid" in order:
        facts["is_paid"] = bool(order.get("date_paid_gmt") or order.get("date_paid"))
    facts["total"] = text_of(_charged(order, net))
    if order.get("refunds") is not None:
        facts["refunds"] = [number_of(one["id"]) for one in refunds]
    version = Telling(number, What.VERSION, f"{at}|{arrival}", at, facts=facts, who=_who(order))
    return [version, *(_entry(number, one, at) for one in refunds)]


def _charged(order: dict[str, Any], net: Fraction) -> Fraction:
    """What the buyer paid by whatever means: gift cards lower `total`, not what may be paid back."""
    return max(
        money(order.get("total")), net + money(order.get("total_tax")) + money(order.get("shipping_total"))
    )


def _net(order: dict[str, Any]) -> Fraction:
    """Lines and fees, after discounts and without tax; without any lines what the totals leave."""
    lines = [*(order.get("line_items") or []), *(order.get("fee_lines") or [])]
    if lines:
        return _sum(lines)
    return money(order["total"]) - money(order.get("total_tax")) - money(order.get("shipping_total"))


def _sum(lines: list[dict[str, Any]], name: str = "total") -> Fraction:
    return sum((money(line.get(name)) for line in lines), Fraction(0))


def _who(order: dict[str, Any]) -> dict[str, str]:
    notes = {str(note["key"]): str(note["value"]) for note in order.get("meta_data") or []}
    codes = [str(code["code"]) for code in order.get("coupon_lines") or []]
    return buyer_of(notes, email=(order.get("billing") or {}).get("email"), codes=codes)


def _entry(number: str, entry: dict[str, Any], at: str) -> Telling:
    if entry.get("date_created_gmt"):
        return _resource(number, entry)
    facts = {"rank": 0, "money": text_of(abs(money(entry.get("total"))))}
    return Telling(number, What.REFUND, at, "", number_of(entry["id"]), facts=facts)


def _resource(number: str, refund: dict[str, Any]) -> Telling:
    """A refund with its own day, and its lines where it was made by lines."""
    goods = [*(refund.get("line_items") or []), *(refund.get("fee_lines") or [])]
    shipping = refund.get("shipping_lines") or []
    net = abs(_sum(goods))
    amount = abs(money(refund.get("amount") or refund.get("total")))
    told = net + abs(_sum(goods, "total_tax")) + abs(_sum(shipping)) + abs(_sum(shipping, "total_tax"))
    facts = {"rank": 1, "net": text_of(net), "money": text_of(amount - told), "amount": text_of(amount)}
    at = _gmt(refund["date_created_gmt"])
    return Telling(number, What.REFUND, at, at, number_of(refund["id"]), facts=facts)


def _gmt(text: Any) -> str:
    return moment_of(text, utc=True)


def standing(facts: Facts) -> Standing:
    state, newest = newest_state(facts), facts["newest"]
    if state in PAID:
        return Standing(counts=True)
    if state in UNPAID or not newest.get("is_paid", _was_paid(facts)):
        return Standing(counts=False)
    ending = ENDED.get(state, "")
    return Standing(True, ending, run_start(facts) if ending else "")


def _was_paid(facts: Facts) -> bool:
    """For messages without the date of payment: an earlier state says so."""
    return any(one.get("state") in PAID for one in facts["history"].values())


def off(facts: Facts) -> Off:
    newest, found = facts["newest"], Off()
    for number, told in facts.get("refunds", {}).items():
        first = _first_seen(facts, number)
        if not _stands(newest, number, told, first):
            continue
        goods = Fraction(newest["goods"])
        rate = min(Fraction(newest["net"]) / goods, Fraction(1)) if goods > 0 else Fraction(1)
        gap = Fraction(told["money"])
        net = Fraction(told.get("net", 0)) + gap * rate
        paid = Fraction(told.get("amount", told["money"]))
        found.takes.append(
            Take(f"refund-{number}", told["at"] or first, max(net, Fraction(0)), is_exact=not gap, money=paid)
        )
    return found


def _first_seen(facts: Facts, number: str) -> str:
    days = [str(one["at"]) for one in facts["history"].values() if number in (one.get("refunds") or [])]
    return min(days, default="")


def _stands(newest: Facts, number: str, told: Facts, first: str) -> bool:
    """One that the shop deleted is no longer in its order; one told by itself may be newer than the order."""
    if "refunds" not in newest:
        return bool(told["at"] or first)
    in_order = number in newest["refunds"]
    return in_order or (not first and bool(told["at"]) and newest["key"].partition("|")[0] < told["at"])
