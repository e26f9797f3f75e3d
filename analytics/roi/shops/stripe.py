"""Stripe: sessions and invoices that were paid, refunds by their own ids or as running sums of a charge, disputes."""

from __future__ import annotations

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
    minor_units,
    number_of,
    of_seconds,
    share_of,
    text_of,
)

SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
)
REFUNDS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
DISPUTES = {
    "charge.dispute.funds_withdrawn": "dispute",
    "charge.dispute.funds_reinstated": "dispute-back",
}
# Sales of their own; the first invoice of a subscription is the sale of its session.
INVOICES = ("subscription_cycle", "subscription_update", "manual")
GONE = ("failed", "canceled")


def read(event: dict[str, Any]) -> list[Telling]:
    thing, kind = event["data"]["object"], str(event["type"])
    read_one = _readers().get(kind)
    if read_one is None or thing.get("mode") == "setup":
        return []
    at = of_seconds(event["created"])
    if event.get("livemode") is False:
        return [Telling(_order_of(thing), What.TEST)]
    return list(read_one(event, thing, at))


def _readers() -> dict[str, Any]:
    return {
        **dict.fromkeys(SESSIONS, _session),
        **dict.fromkeys(REFUNDS, _refund_event),
        **dict.fromkeys(DISPUTES, _dispute),
        "charge.refunded": _charge,
        "invoice.paid": _invoice,
        "invoice_payment.paid": _invoice_payment,
    }


def _order_of(thing: dict[str, Any]) -> str:
    """What a session, its charge and its refunds have in common."""
    intent = thing.get("payment_intent") or thing.get("charge") or thing.get("invoice") or thing.get("id")
    return number_of(intent.get("id") if isinstance(intent, dict) else intent)


def _session(event: dict[str, Any], session: dict[str, Any], at: str) -> list[Telling]:
    currency, details = currency_of(session.get("currency")), session.get("total_details") or {}
    total = minor_units(session["amount_total"], currency)
    beside = [minor_units(details.get(name) or 0, currency) for name in ("amount_tax", "amount_shipping")]
    paid = session.get("payment_status", "paid") in ("paid", "no_payment_required")
    notes = {str(key): str(value) for key, value in (session.get("metadata") or {}).items()}
    facts = {
        "placed_at": at,
        "currency": currency,
        "net": text_of(total - sum(beside)),
        "total": text_of(total),
        "state": "paid" if paid and not str(event["type"]).endswith("failed") else "unpaid",
    }
    email = (session.get("customer_details") or {}).get("email")
    who = buyer_of(notes, email=email, member=session.get("client_reference_id"))
    # A session says more than the invoice of the same payment: it is the newer of the two.
    return [
        Telling(_order_of(session), What.VERSION, f"1|{at}|{event.get('id', '')}", at, facts=facts, who=who)
    ]


def _invoice(event: dict[str, Any], invoice: dict[str, Any], at: str) -> list[Telling]:
    if invoice.get("billing_reason") not in INVOICES:
        # Its session is the sale, under the number of the invoice; refunds name its payment only.
        return [_same(payment, invoice["id"]) for payment in _payments_of(invoice)]
    currency = currency_of(invoice.get("currency"))
    total, net = invoice["total"], invoice.get("total_excluding_tax")
    # Older messages have no sum without tax, but the tax.
    net = minor_units(total - (invoice.get("tax") or 0) if net is None else net, currency)
    shipping = (invoice.get("shipping_cost") or {}).get("amount_subtotal") or 0
    facts = {
        "placed_at": at,
        "currency": currency,
        "net": text_of(net - minor_units(shipping, currency)),
        "total": text_of(minor_units(total, currency)),
        "state": "paid",
    }
    who = {"email": str(invoice.get("customer_email") or "")}
    number = number_of(invoice.get("payment_intent") or invoice["id"])
    named = [_same(one, invoice["id"]) for one in _payments_of(invoice)] if number == invoice["id"] else []
    return [
        Telling(number, What.VERSION, f"0|{at}|{event.get('id', '')}", at, facts=facts, who=who),
        *named,
    ]


def _invoice_payment(event: dict[str, Any], paid: dict[str, Any], at: str) -> list[Telling]:
    """By which payment an invoice was paid, where invoices do not say so themselves."""
    payment = (paid.get("payment") or {}).get("payment_intent")
    return [_same(payment, paid["invoice"])] if payment and paid.get("invoice") else []


def _payments_of(invoice: dict[str, Any]) -> list[Any]:
    listed = (invoice.get("payments") or {}).get("data") or []
    found = [(one.get("payment") or {}).get("payment_intent") for one in listed]
    return [one for one in (*found, invoice.get("payment_intent"), invoice.get("charge")) if one]


def _same(payment: Any, invoice: Any) -> Telling:
    payment, invoice = (one.get("id") if isinstance(one, dict) else one for one in (payment, invoice))
    return Telling(number_of(payment), What.SAME, id=number_of(invoice))


def _refund_event(event: dict[str, Any], refund: dict[str, Any], at: str) -> list[Telling]:
    return [
        _refund(
            _order_of(refund), refund, f"{at}|{event.get('id', '')}", failed=event["type"] == "refund.failed"
        )
    ]


def _refund(number: str, refund: dict[str, Any], key: str, *, failed: bool = False) -> Telling:
    currency = currency_of(refund.get("currency"))
    is_gone = failed or refund.get("status") in GONE
    facts = {
        "kind": "refund",
        "money": text_of(minor_units(refund["amount"], currency)),
        "currency": currency,
        "counts": not is_gone,
        # What failed stays so, whatever else is said about it.
        "rank": int(is_gone),
    }
    made = of_seconds(refund["created"])
    return Telling(number, What.REFUND, key, made, f"refund-{number_of(refund['id'])}", facts=facts)


def _charge(event: dict[str, Any], charge: dict[str, Any], at: str) -> list[Telling]:
    number, currency = _order_of(charge), currency_of(charge.get("currency"))
    listed = (charge.get("refunds") or {}).get("data") or []
    sum_ = text_of(minor_units(charge["amount_refunded"], currency))
    total = Telling(
        number, What.TOTAL, at, at, str(event.get("id") or at), facts={"money": sum_, "currency": currency}
    )
    return [total, *(_refund(number, one, f"{at}|{event.get('id', '')}") for one in listed)]


def _dispute(event: dict[str, Any], dispute: dict[str, Any], at: str) -> list[Telling]:
    currency, kind = currency_of(dispute.get("currency")), DISPUTES[str(event["type"])]
    facts = {
        "kind": kind,
        "money": text_of(minor_units(dispute["amount"], currency)),
        "currency": currency,
        "counts": True,
    }
    id_ = f"dispute-{number_of(dispute['id'])}{'-back' if kind == 'dispute-back' else ''}"
    return [Telling(_order_of(dispute), What.REFUND, at, at, id_, facts=facts)]


def standing(facts: Facts) -> Standing:
    """Once one of its events says that it is paid."""
    return Standing(any(one.get("state") == "paid" for one in facts["history"].values()))


def placed_at(facts: Facts) -> str:
    """The earliest of what was said about the sale."""
    kind = max(facts["history"]).partition("|")[0]
    return min(str(one["at"]) for key, one in facts["history"].items() if key.startswith(kind))


def off(facts: Facts) -> Off:
    newest, found = facts["newest"], Off()
    share = share_of(newest)
    for id_, told in facts.get("refunds", {}).items():
        if not told["counts"]:
            continue
        if told["currency"] != newest["currency"]:
            found.aside.append([id_, told["money"], told["currency"]])
            continue
        amount = Fraction(told["money"])
        paid = amount if told["kind"] == "refund" else None
        found.takes.append(Take(id_, told["at"], amount * share, told["kind"], is_exact=False, money=paid))
    for id_, at, amount in _unexplained(facts):
        found.takes.append(Take(f"refund-{id_}", at, amount * share, is_exact=False, money=amount))
    return found


def _unexplained(facts: Facts) -> list[tuple[str, str, Fraction]]:
    """Each rise of the running sum that no known refund explains, on the day of its event."""
    known = [
        (one["at"], Fraction(one["money"]))
        for one in facts.get("refunds", {}).values()
        if one["kind"] == "refund"
    ]
    rises: list[tuple[str, str, Fraction]] = []
    before = Fraction(0)
    for id_, total in sorted(facts.get("totals", {}).items(), key=lambda one: (one[1]["at"], one[0])):
        if total["currency"] != facts["newest"]["currency"]:
            continue
        explained = sum((amount for at, amount in known if at <= total["at"]), Fraction(0))
        left = max(Fraction(total["money"]) - explained, Fraction(0))
        if left > before:
            rises.append((id_, total["at"], left - before))
        while rises and left < before:
            last_id, at, amount = rises.pop()
            drop = min(amount, before - left)
            before -= drop
            if amount > drop:
                rises.append((last_id, at, amount - drop))
        before = left
    return rises
