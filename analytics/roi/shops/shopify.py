"""Shopify: orders with all their refunds in them, and refunds by themselves.

Fields and rules by the platform’s own documentation: amounts in the shop’s currency, lines after their discounts,
`quantity` as ordered. The `current_…` amounts are after refunds, and would take them off twice.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

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
    share_of,
    text_of,
)

PAID = ("paid", "partially_refunded", "refunded")
FINAL = ("voided", "expired")
# Of two versions of one second the one further on its way is the newer.
WAY = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", *FINAL)


def read(topic: str, order: dict[str, Any]) -> list[Telling]:
    if topic == "refunds/create":
        return [_refund(number_of(order["order_id"]), order, moment_of(order["created_at"]))]
    if topic == "orders/delete":
        return [Telling(number_of(order["id"]), What.GONE)]
    if not topic.startswith("orders/") or topic == "orders/edited":
        return []
    number = number_of(order["id"])
    if order.get("test") is True:
        return [Telling(number, What.TEST)]
    at = moment_of(order.get("updated_at") or order["created_at"])
    refunds = order.get("refunds") or []
    told = [_refund(number, one, at) for one in refunds]
    return [_version(number, order, at), *told]


def _version(number: str, order: dict[str, Any], at: str) -> Telling:
    status, currency = str(order.get("financial_status") or "paid"), currency_of(order["currency"])
    included = bool(order.get("taxes_included"))
    lines = [line for line in order.get("line_items") or [] if line.get("gift_card") is not True]
    values = {str(line.get("id")): _value(line, included=included) for line in lines}
    net = _net(order, list(values.values()), included=included)
    way = WAY.index(status) if status in WAY else 0
    cancelled = order.get("cancelled_at")
    facts: Facts = {
        "number": number,
        "placed_at": moment_of(order["created_at"]),
        "currency": currency,
        "net": text_of(net),
        "state": status,
        "taxes_included": included,
        "missing": _missing(lines, values),
    }
    if cancelled:
        facts["cancelled_at"] = moment_of(cancelled)
    if order.get("total_price") is not None:
        facts["total"] = text_of(money(order["total_price"]))
    # A cancelled order of the same second, and one with more refunds, is the newer.
    key = f"{at}|{int(bool(cancelled))}{way}|{len(order.get('refunds') or []):06}"
    return Telling(number, What.VERSION, key, at, facts=facts, who=_who(order))


def _net(order: dict[str, Any], values: list[Fraction], *, included: bool) -> Fraction:
    if "line_items" in order:
        return sum(values, Fraction(0))
    return money(order["subtotal_price"]) - (money(order.get("total_tax")) if included else 0)


def _value(line: dict[str, Any], *, included: bool) -> Fraction:
    value = money(line["price"]) * int(line["quantity"])
    value -= sum((money(one["amount"]) for one in line.get("discount_allocations") or []), Fraction(0))
    if included:
        value -= sum((money(one["price"]) for one in line.get("tax_lines") or []), Fraction(0))
    return value


def _missing(lines: list[dict[str, Any]], values: dict[str, Fraction]) -> dict[str, list[Any]]:
    """Of each line the pieces that are no longer in the order, and what one of them was worth."""
    missing = {}
    for line in lines:
        ordered, number = int(line["quantity"]), str(line.get("id"))
        gone = ordered - int(line.get("current_quantity", ordered))
        if gone > 0 and ordered > 0:
            missing[number] = [gone, text_of(values[number] / ordered)]
    return missing


def _who(order: dict[str, Any]) -> dict[str, str]:
    notes = {str(note["name"]): str(note["value"]) for note in order.get("note_attributes") or []}
    codes = [str(code["code"]) for code in order.get("discount_codes") or []]
    return buyer_of(notes, email=order.get("email"), codes=codes)


def _refund(number: str, refund: dict[str, Any], key: str) -> Telling:
    moves = [one for one in refund.get("transactions") or [] if one.get("kind", "refund") == "refund"]
    paid = [one for one in moves if one.get("status", "success") == "success"]
    lines = refund.get("refund_line_items") or []
    goods = [line for line in lines if not _is_voucher(line)]
    facts: Facts = {
        "rank": 2 if paid else 1 if moves else 0,
        "counts": bool(paid) or not moves,
        "is_lined": bool(goods),
        "vouchers": text_of(_total(lines, "subtotal") - _total(goods, "subtotal")),
        "subtotal": text_of(_total(goods, "subtotal")),
        "tax": text_of(_total(goods, "total_tax")),
        "paid": [_paid(one) for one in paid],
        "duties": text_of(_duties(refund)),
        "pieces": dict(_pieces(lines)),
        **_adjustments(refund),
    }
    return Telling(
        number, What.REFUND, key, moment_of(refund["created_at"]), number_of(refund["id"]), facts=facts
    )


def _is_voucher(line: dict[str, Any]) -> bool:
    return (line.get("line_item") or {}).get("gift_card") is True


def _total(lines: list[dict[str, Any]], name: str) -> Fraction:
    return sum((money(line.get(name)) for line in lines), Fraction(0))


def _pieces(lines: list[dict[str, Any]]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in lines:
        pieces[str(line.get("line_item_id"))] += int(line.get("quantity") or 0)
    return pieces


def _paid(move: dict[str, Any]) -> list[str]:
    """Amount and currency; in the shop’s own where the message has both."""
    shop = (move.get("amount_set") or {}).get("shop_money")
    if shop:
        return [text_of(money(shop["amount"])), currency_of(shop["currency_code"])]
    return [text_of(money(move["amount"])), str(move.get("currency") or "").upper()]


def _shop_money(of: dict[str, Any], name: str) -> Fraction:
    told = (of.get(f"{name}_set") or {}).get("shop_money")
    return money(told["amount"]) if told else money(of.get(name))


def _duties(refund: dict[str, Any]) -> Fraction:
    return sum((_shop_money(one, "amount") for one in refund.get("refund_duties") or []), Fraction(0))


def _adjustments(refund: dict[str, Any]) -> dict[str, str]:
    """Shipping that was paid back, which may be told twice, and the gap between what lines say and what was paid."""
    lines = refund.get("refund_shipping_lines") or []
    told = [_shop_money(one, "subtotal_amount") for one in lines]
    by_lines = sum((amount + _line_tax(one) for amount, one in zip(told, lines, strict=True)), Fraction(0))
    by_kind, gap = Fraction(0), Fraction(0)
    for one in refund.get("order_adjustments") or []:
        amount, tax = money(one["amount"]), money(one.get("tax_amount"))
        kind = one.get("kind") or ("shipping_refund" if abs(amount) in told else "refund_discrepancy")
        if kind == "shipping_refund":
            by_kind += abs(amount) + abs(tax)
        else:
            gap += amount + tax
    return {"shipping": text_of(max(by_lines, by_kind)), "gap": text_of(gap)}


def _line_tax(line: dict[str, Any]) -> Fraction:
    taxes = (line.get("shipping_line") or {}).get("tax_lines") or []
    return sum((money(one.get("price")) for one in taxes), Fraction(0))


def standing(facts: Facts) -> Standing:
    newest, states = facts["newest"], {one.get("state") for one in facts["history"].values()}
    if states & set(FINAL) or newest_state(facts) not in PAID:
        return Standing(counts=False)
    if cancelled := newest.get("cancelled_at"):
        return Standing(True, "cancel", str(cancelled))
    if newest["state"] != "refunded":
        return Standing(counts=True)
    days = [str(one["at"]) for one in facts.get("refunds", {}).values() if one["counts"]]
    return Standing(True, "refund-rest", max(days, default=run_start(facts)))


def off(facts: Facts) -> Off:
    newest = facts["newest"]
    found = Off()
    for number, told in facts.get("refunds", {}).items():
        if not told["counts"]:
            continue
        foreign = [one for one in told["paid"] if one[1] not in ("", newest["currency"])]
        if foreign and not Fraction(told["subtotal"]):
            found.aside.extend([number, amount, currency] for amount, currency in foreign)
            continue
        found.takes.append(_take(number, told, newest))
    edited = _edited(facts)
    return Off([*found.takes, *edited], found.aside)


def _take(number: str, told: Facts, newest: Facts) -> Take:
    subtotal, tax, gap = (Fraction(told[name]) for name in ("subtotal", "tax", "gap"))
    own = [Fraction(amount) for amount, currency in told["paid"] if currency in ("", newest["currency"])]
    paid = sum(own, Fraction(0))
    goods = paid - Fraction(told["shipping"]) - Fraction(told["duties"]) - Fraction(told["vouchers"])
    name = f"refund-{number}"
    if not subtotal:
        net = max(goods, Fraction(0)) * share_of(newest)
        return Take(name, told["at"], net, is_exact=not net, money=paid)
    holds = bool(newest.get("taxes_included")) and tax != 0
    if holds and own:
        # Whether lines hold their tax is told by the money: it is what was paid for them.
        holds = abs(goods + gap - subtotal) <= abs(goods + gap - subtotal - tax)
    net, gross = (subtotal - tax, subtotal) if holds else (subtotal, subtotal + tax)
    net -= gap * net / gross if gross else 0
    return Take(name, told["at"], max(net, Fraction(0)), is_exact=not gap or not tax)


def _edited(facts: Facts) -> list[Take]:
    """Pieces that are gone, and that no refund explains, on the day they were first seen to be."""
    explained: Counter[str] = Counter()
    for one in facts.get("refunds", {}).values():
        explained.update(one["pieces"])
    newest = facts["newest"]
    value, lines = Fraction(0), set()
    for line, (gone, worth) in newest.get("missing", {}).items():
        if (left := gone - explained[line]) > 0:
            value += left * Fraction(worth)
            lines.add(line)
    if not value:
        return []
    history = facts["history"]
    seen = [
        one["at"]
        for one in history.values()
        if any(one.get("missing", {}).get(line, [0])[0] > explained[line] for line in lines)
    ]
    return [Take(f"edit-{newest['number']}", min(seen), value, "edit")]
