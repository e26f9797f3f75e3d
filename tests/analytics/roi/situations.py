"""What shops say, and what the ledger has of it: worked by hand. Days and minor units; a sale stands on its day."""

from __future__ import annotations

import json
from typing import Any

from tests.analytics.roi.messages import (
    Message,
    charge,
    create,
    event,
    line,
    refunded,
    session,
    shopify,
    shopify_refund,
    stripe_refund,
    updated,
    woo,
    woo_refund,
)
from tests.analytics.roi.test_import_orders import DATA

Row = tuple[str, int]
SALE: Row = ("2026-10-02", 10_000)
D16, D17 = "2026-10-16T12:00:00+02:00", "2026-10-17T12:00:00+02:00"
# WooCommerce writes Greenwich time, without saying so.
G02, G05, G16, G17, G20 = (
    "2026-10-02T08:00:00", "2026-10-05T08:00:00", "2026-10-16T10:00:00", "2026-10-17T10:00:00",
    "2026-11-20T10:00:00",
)  # fmt: skip
S02 = "2026-10-02T10:00:00+02:00"

partly = shopify_refund(91, D16, "36.00", [("30.00", "6.00")])
whole = shopify_refund(92, D16, "125.00", [("75.00", "15.00"), ("25.00", "5.00")])
failed = shopify_refund(
    93, D16, "0", [], transactions=[{"kind": "refund", "status": "failure", "amount": "125.00", "currency": "EUR"}],
    refund_line_items=[{"line_item_id": 1, "quantity": 1, "subtotal": 100.0, "total_tax": 20.0}],
)  # fmt: skip
shipping = shopify_refund(
    94, D16, "5.00", [],
    order_adjustments=[{"amount": "-5.00", "tax_amount": "0.00", "kind": "shipping_refund"}],
    refund_shipping_lines=[{"subtotal_amount_set": {"shop_money": {"amount": "5.00", "currency_code": "EUR"}}}],
)  # fmt: skip
good_will = shopify_refund(95, D16, "36.00", [])
in_dollars = partly | {
    "transactions": [{"kind": "refund", "status": "success", "amount": "39.60", "currency": "USD"}]
}
removed = shopify_refund(
    96, "2026-10-05T12:00:00+02:00", "0", [], transactions=[],
    refund_line_items=[{"line_item_id": 2, "quantity": 1, "subtotal": 25.0, "total_tax": 5.0}],
)  # fmt: skip
edited = [
    line(1, "75.00", tax="15.00"), line(2, "25.00", tax="5.00", current_quantity=0), line(3, "40.00", tax="8.00")
]  # fmt: skip

SITUATIONS: dict[str, tuple[list[Message], list[Row]]] = {
    "S01": ([create(shopify("pending")), updated(shopify("paid", "2026-10-02T10:01:00+02:00"))], [SALE]),
    "S02": (
        [
            create(shopify()),
            refunded(partly),
            updated(
                shopify("partially_refunded", D16, refunds=[partly], current_subtotal_price="70.00")
            ),
        ],
        [SALE, ("2026-10-16", -3_000)],
    ),
    "S03": (
        [updated(shopify("partially_refunded", D16, refunds=[partly], current_subtotal_price="70.00"))],
        [SALE, ("2026-10-16", -3_000)],
    ),
    "S04": (
        [create(shopify()), refunded(whole), updated(shopify("refunded", D16, refunds=[whole], cancelled_at=D16))],
        [SALE, ("2026-10-16", -10_000)],
    ),
    "S05": ([create(shopify()), refunded(failed), updated(shopify("paid", D16, refunds=[failed]))], [SALE]),
    "S06": ([create(shopify(test=True)), updated(shopify("paid", D16, test=True))], []),
    "S07": ([create(shopify("pending")), updated(shopify("voided", D16, cancelled_at=D16))], []),
    "S08": ([create(shopify("pending")), updated(shopify("paid", "2026-10-05T12:00:00+02:00"))], [SALE]),
    "S09": (
        [create(shopify()), refunded(shipping), updated(shopify("partially_refunded", D16, refunds=[shipping]))],
        [SALE],
    ),
    "S10": (
        [
            create(
                shopify(
                    taxes_included=True, subtotal_price="108.00", total_tax="18.00", total_price="113.00",
                    line_items=[line(1, "120.00", tax="18.00", discount_allocations=[{"amount": "12.00"}])],
                )
            )
        ],
        [("2026-10-02", 9_000)],
    ),
    "S11": ([create(shopify()), refunded(good_will)], [SALE, ("2026-10-16", -2_880)]),
    "S12": (
        [
            create(
                shopify(
                    total_price="175.00",
                    line_items=[*shopify()["line_items"], line(3, "50.00", gift_card=True)],
                )
            )
        ],
        [SALE],
    ),
    "S13": (
        [create(shopify(presentment_currency="USD")), refunded(in_dollars)],
        [SALE, ("2026-10-16", -3_000)],
    ),
    "S14": (
        [
            create(shopify()),
            updated(
                shopify("paid", "2026-10-05T12:00:00+02:00", line_items=edited, refunds=[removed])
            ),
        ],
        [("2026-10-02", 14_000), ("2026-10-05", -2_500)],
    ),
    "W01": ([woo("pending", G02, "order.created"), woo("failed", G05)], []),
    "W02": ([woo("on-hold", G02, "order.created"), woo("processing", G05)], [SALE]),
    "W03": (
        [woo("completed", G02, "order.created"), woo("completed", G16, refunds=[woo_refund(61, "36.00")])],
        [SALE, ("2026-10-16", -3_000)],
    ),
    "W04": (
        [
            woo("processing", G02, "order.created"),
            woo("refunded", G16, refunds=[woo_refund(61, "125.00")]),
            woo("refunded", G20, refunds=[woo_refund(61, "125.00")]),
        ],
        [SALE, ("2026-10-16", -10_000)],
    ),
    "W05": ([woo("processing", G02, "order.created"), woo("cancelled", G05), woo("processing", G16)], [SALE]),
    "W06": (
        [
            woo("processing", G02, "order.created"),
            woo("processing", G16, refunds=[woo_refund(61, "36.00")]),
            woo("refunded", G17, refunds=[woo_refund(62, "89.00"), woo_refund(61, "36.00")]),
        ],
        [SALE, ("2026-10-16", -3_000), ("2026-10-17", -7_000)],
    ),
    "W07": (
        [
            woo(
                "processing", G02, total="118.00", total_tax="19.00", cart_tax="19.00",
                fee_lines=[{"total": "4.00"}, {"total": "-10.00"}], coupon_lines=[{"code": "frost"}],
            )
        ],
        [("2026-10-02", 9_400)],
    ),
    "W08": (
        [
            woo("completed", G02, "order.created"),
            woo(
                "completed", G16,
                refunds=[
                    {
                        "id": 61, "amount": "41.00", "date_created_gmt": G16,
                        "line_items": [{"total": "-30.00", "total_tax": "-6.00"}],
                        "shipping_lines": [{"total": "-5.00", "total_tax": "0.00"}],
                    }
                ],
            ),
        ],
        [SALE, ("2026-10-16", -3_000)],
    ),
    "W09": (
        [
            woo("completed", G02, "order.created"),
            woo("completed", G16, refunds=[woo_refund(61, "36.00")]),
            woo("completed", G17, refunds=[]),
        ],
        [SALE],
    ),
    "T01": ([event("checkout.session.completed", S02, session())], [SALE]),
    "T02": (
        [event("checkout.session.completed", S02, session()), event("charge.refunded", D16, charge(12_500))],
        [SALE, ("2026-10-16", -10_000)],
    ),
    "T03": (
        [
            event("checkout.session.completed", S02, session()),
            event("refund.created", D16, stripe_refund("re_1", D16, 3_000)),
            event("charge.refunded", D16, charge(3_000)),
            event("charge.refunded", "2026-11-06T12:00:00+01:00", charge(5_000)),
            event(
                "refund.created", "2026-11-06T12:00:00+01:00",
                stripe_refund("re_2", "2026-11-06T12:00:00+01:00", 2_000),
            ),
        ],
        [SALE, ("2026-10-16", -2_400), ("2026-11-06", -1_600)],
    ),
    "T04": (
        [
            event("checkout.session.completed", S02, session(payment_status="unpaid")),
            event("checkout.session.async_payment_succeeded", "2026-10-05T12:00:00+02:00", session()),
        ],
        [SALE],
    ),
    "T05": (
        [
            event("checkout.session.completed", S02, session(payment_status="unpaid")),
            event(
                "checkout.session.async_payment_failed", "2026-10-05T12:00:00+02:00",
                session(payment_status="unpaid"),
            ),
            event(
                "checkout.session.completed", S02, session(id="cs_2", payment_intent="pi_2"), livemode=False
            ),
        ],
        [],
    ),
}  # fmt: skip

# Printed in the platform’s own documentation; read where they are, never copied here.
SAMPLES: dict[str, tuple[str, list[Row]]] = {
    "S15": ("order_partially_refunded", [("2008-01-10", 58_700), ("2025-07-02", -39_133)]),
    "S16": (
        "order_cancelled_refund_discrepancy",
        [("2008-01-10", 58_700), ("2025-07-02", -10_781), ("2025-07-02", -47_919)],
    ),
}


def sample(folder: str, name: str) -> Any:
    """One real payload; None where they are not at hand."""
    path = DATA / "shops" / folder / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else None
