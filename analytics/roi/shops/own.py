"""Our own format, and what files say: a net amount each, refunds by their own numbers with the order they are of."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from analytics.roi.exceptions import MessageRefused
from analytics.roi.order_files import OrderRow
from analytics.roi.shops.telling import (
    WHO,
    Facts,
    Off,
    Standing,
    Take,
    Telling,
    What,
    currency_of,
    moment_of,
    money,
    number_of,
    text_of,
)
from communities.templatetags.money import digits_of


def read(order: dict[str, Any], *, arrival: str) -> list[Telling]:
    number, sold = number_of(order["order_id"]), str(order.get("refund_of") or "")
    if order.get("test") is True:
        return [Telling(number, What.TEST)]
    net, currency = money(order["net"]), currency_of(order["currency"])
    if order["net"] is None:
        raise MessageRefused
    if net < 0 and not sold:
        raise MessageRefused(_("A negative amount needs “refund_of”."))
    at = moment_of(order["placed_at"])
    changed = order.get("updated_at")
    said_at = moment_of(changed, utc=True) if changed else ""
    key = f"{said_at}|{arrival}"
    who = {name: str(order.get(name) or "") for name in WHO}
    who["click"] = who["click"] or str(order.get("cid") or "")
    if sold:
        return [_refund(number, sold, abs(net), currency, at, key)]
    # Without a version it is as new as its arrival: newer than a file that was loaded before.
    return [replace(_sale(number, net, currency, at, key, who), at=said_at or arrival)]


def tell(row: OrderRow, key: str) -> Telling:
    """What the lines of a file, or whoever calls the service, say about one order or refund."""
    amount = Fraction(row.net_minor) / 10 ** digits_of(row.currency)
    at = moment_of(row.placed_at.isoformat())
    if row.refund_of:
        facts: Facts = {"net": text_of(abs(amount)), "currency": row.currency}
        if row.remarks.get("alone"):
            # Its number may be that of an order, or its own.
            facts["alone"] = True
        return Telling(row.refund_of, What.FILE_REFUND, key, at, row.external_id, facts=facts)
    facts = {"placed_at": at, "currency": row.currency, "net": text_of(amount)}
    if row.is_refund:
        facts |= {"alone": True, "kind": row.kind}
    who = {name: getattr(row, name) for name in WHO}
    return Telling(row.external_id, What.FILE, key, at, facts=facts, who=who)


def _sale(number: str, net: Fraction, currency: str, at: str, key: str, who: dict[str, str]) -> Telling:
    facts: Facts = {"placed_at": at, "currency": currency, "net": text_of(net), "state": "paid"}
    return Telling(number, What.VERSION, key, at, facts=facts, who=who)


def _refund(number: str, sold: str, net: Fraction, currency: str, at: str, key: str) -> Telling:
    facts = {"net": text_of(net), "currency": currency}
    return Telling(sold, What.REFUND, key, at, number, facts=facts)


def standing(_facts: Facts) -> Standing:
    return Standing(counts=True)


def off(facts: Facts, name: str = "refunds") -> Off:
    """Also of what files say (`file_refunds`)."""
    said, found = facts.get("newest") or facts["file"], Off()
    for number, told in facts.get(name, {}).items():
        if told["currency"] != said["currency"]:
            found.aside.append([number, told["net"], told["currency"]])
        else:
            found.takes.append(Take(number, told["at"], Fraction(told["net"])))
    return found
