"""Answers and messages of real shops, and those that platforms print: what they come to, worked by hand from their
lines; and none of them, however old or odd, is a failure."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from analytics.roi.exceptions import MessageRefused
from analytics.roi.hooks import tellings_in
from analytics.roi.models import Order, OrderSource
from analytics.roi.services.orders import store_tellings
from tests.analytics.money import make_shop
from tests.analytics.roi.messages import Message, ledger, post
from tests.analytics.roi.test_import_orders import DATA
from tests.conftest import Cast

SHOPS = DATA / "shops"
pytestmark = pytest.mark.skipif(not SHOPS.is_dir(), reason="the payloads of shops are not on this machine")

WORTH: dict[tuple[str, str], list[tuple[str, int]]] = {
    ("shopify", "order_paid"): [("2025-07-02", 19_900)],
    ("shopify", "order_paid_with_discount"): [("2025-07-02", 18_109)],
    ("shopify", "order_paid_eur_tax_added"): [("2025-07-02", 22_497)],
    ("shopify", "order_paid_two_tax_lines"): [("2025-07-02", 25_592)],
    ("shopify", "order_pending"): [],
    ("shopify", "order_partially_paid"): [],
    ("shopify", "order_authorized_with_refund"): [],
    ("shopify", "go-shopify_order"): [],
    # Its lines say that all of it came back, though 10.00 were paid.
    ("shopify", "order_cancelled_refunded_less_than_lines"): [("2008-01-10", 58_700), ("2025-07-02", -58_700)],
    ("shopify", "order_cancelled_partially_refunded"): [
        ("2008-01-10", 58_700), ("2025-07-02", -19_567), ("2025-07-02", -39_133)
    ],
    ("woocommerce", "order-with-gift-cards"): [("2023-03-29", 1_800)],
    ("woocommerce", "order-with-charge"): [("2022-01-28", 1_765)],
    ("woocommerce", "docs_wp-api-v3_orders_1"): [("2017-03-22", 1_800)],
    ("woocommerce", "order-auto-draft-status"): [],
    ("woocommerce", "order-fully-refunded"): [("2017-08-24", 18_000), ("2017-09-20", -18_000)],
    ("woocommerce", "order-details-partially-refunded"): [
        ("2019-06-06", 25_020), ("2019-06-06", -810), ("2019-06-06", -1_620)
    ],
    ("stripe", "event_checkout_session_completed"): [("2021-04-29", 934)],
    ("stripe", "mock_checkout.session.completed.payment_mode"): [],
    ("stripe", "mock_checkout.session.completed.setup_mode"): [],
}  # fmt: skip


def payload(path: Path) -> Any:
    """Without the wrapping that answers of an API have."""
    body = json.loads(path.read_text())
    if path.parent.name == "stripe" or not isinstance(body, dict):
        return body
    return body.get("order") or body.get("refund") or body.get("data") or body


@pytest.mark.parametrize(("kind", "name"), WORTH)
def test_what_a_real_payload_comes_to(here: Cast, kind: str, name: str) -> None:
    topic = {"shopify": "orders/updated", "woocommerce": "order.updated", "stripe": ""}[kind]
    body = payload(SHOPS / kind / f"{name}.json")
    assert post(here, Message(kind, topic, body)).status_code == 200
    assert ledger(here) == WORTH[kind, name]


def test_no_payload_is_a_failure(here: Cast) -> None:
    """Whatever topic they come under: read and stored, or refused with a sentence."""
    topics = {
        "shopify": ("orders/updated", "orders/edited", "refunds/create"),
        "woocommerce": ("order.updated", "order.deleted", "refund.created"),
        "stripe": ("",),
    }
    seen, at = 0, "2026-11-28T00:00:00+00:00"
    refusals: list[tuple[str, str]] = []
    for kind, named in topics.items():
        told = []
        for path, topic in itertools.product(sorted((SHOPS / kind).glob("*.json")), named):
            body = payload(path)
            if not isinstance(body, dict):
                continue
            headers = {"x-shopify-topic": topic, "x-wc-webhook-topic": topic}
            try:
                told += tellings_in(kind, headers, body | {"livemode": True}, arrival=at, received_at=at)
            except MessageRefused as refused:
                refusals.append((path.name, str(refused)))
            seen += 1
        with here.scope():
            shop = make_shop(kind, f"Shop {kind}")
            tally = store_tellings(shop, told, community=here.community)
            assert tally.sums == tally_of(shop)
    assert seen > 150
    assert all(said for _name, said in refusals)


def tally_of(shop: OrderSource) -> dict[str, int]:
    sums = Order.objects.filter(source=shop).values_list("currency").annotate(sum=Sum("net_minor"))
    return dict(sums.order_by("currency"))


@pytest.mark.parametrize("name", ["docs_v2_orders_1", "docs_v3_orders_1", "docs_wp-api-v1_orders_1"])
def test_an_old_form_is_refused_with_a_clear_word(here: Cast, name: str) -> None:
    body = json.loads((SHOPS / "woocommerce" / f"{name}.json").read_text())
    answer = post(here, Message("woocommerce", "order.updated", body))
    assert answer.status_code == 400
    assert "WP REST API Integration v3" in answer.json()["error"]
