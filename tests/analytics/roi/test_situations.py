"""What each worked situation comes to, through the shop’s address: in order, backwards, and twice."""

from __future__ import annotations

from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from analytics.roi.hooks import tellings_in
from analytics.roi.models import Order, OrderSource
from analytics.roi.shops import rows_of
from analytics.roi.shops.telling import Facts, merge
from communities.models import Community
from tests.analytics.roi.messages import (
    Message,
    create,
    event,
    ledger,
    post,
    refunded,
    session,
    shopify,
    shopify_refund,
    stripe_refund,
    woo,
    woo_refund,
)
from tests.analytics.roi.situations import D16, S02, SALE, SAMPLES, SITUATIONS, Row, sample
from tests.conftest import Cast

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_through_the_shops_address(here: Cast, name: str) -> None:
    messages, rows = SITUATIONS[name]
    Community.objects.filter(pk=here.community.pk).update(time_zone="Europe/Paris")
    here.community.refresh_from_db()
    for message in [*reversed(messages), *messages]:
        assert post(here, message).status_code == 200
    assert ledger(here) == rows


def told(messages: list[Message]) -> list[Row]:
    """The rows that these messages come to, in this order of arrival; nothing is stored."""
    orders: dict[str, Facts] = {}
    for n, message in enumerate(messages):
        headers = {"x-shopify-topic": message.topic, "x-wc-webhook-topic": message.topic}
        at = f"2026-11-28T00:00:00.{n:06}+00:00"
        for telling in tellings_in(message.kind, headers, message.body, arrival=at, received_at=at):
            if telling.what != "test":
                orders[telling.number] = merge(orders.get(telling.number, {}), telling)
    rows = [
        row for number, facts in orders.items() for row in rows_of(messages[0].kind, number, facts, PARIS)
    ]
    days = [(row.placed_at.astimezone(PARIS).date().isoformat(), row.net_minor) for row in rows]
    return sorted(days, key=lambda row: (row[0], -row[1]))


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_order_of_arrival_makes_no_difference(name: str) -> None:
    messages, rows = SITUATIONS[name]
    for order in permutations(messages):
        assert told(list(order)) == rows, [message.topic for message in order]
        for again in messages:
            assert told([*order, again]) == rows


@pytest.mark.parametrize("name", SAMPLES)
def test_a_printed_order_comes_to_what_it_says(here: Cast, name: str) -> None:
    file, rows = SAMPLES[name]
    body = sample("shopify", file)
    if body is None:
        pytest.skip("the samples of shops are not on this machine")
    order = body.get("order", body)
    assert post(here, create(order)).status_code == 200
    assert ledger(here) == rows
    for refund in order["refunds"]:
        assert post(here, Message("shopify", "refunds/create", refund)).status_code == 200
    assert ledger(here) == rows


def test_parts_are_rounded_on_the_running_sum() -> None:
    """Three times 8.333…, by day and then by number: 9 comes before 10."""
    refunds = [woo_refund(number, "10.00") for number in (10, 11, 9)]
    facts: Facts = {}
    message = woo("processing", "2026-10-16T10:00:00", refunds=refunds)
    headers = {"x-wc-webhook-topic": message.topic}
    for telling in tellings_in("woocommerce", headers, message.body, arrival="", received_at=""):
        facts = merge(facts, telling)
    rows = {row.external_id: row.net_minor for row in rows_of("woocommerce", "8001", facts, PARIS)}
    assert rows == {"8001": 10_000, "refund-9": -833, "refund-10": -834, "refund-11": -833}


def test_disputes_take_no_more_than_refunds_left_and_give_that_back() -> None:
    """A quarter was paid back; the bank takes all of it, and loses."""
    sale, back = SITUATIONS["T01"][0], stripe_refund("re_1", "2026-10-10T12:00:00+02:00", 3_125)
    dispute = {"id": "du_1", "charge": "ch_1", "payment_intent": "pi_1", "amount": 12_500, "currency": "eur"}
    messages = [
        *sale,
        event("refund.created", "2026-10-10T12:00:00+02:00", back),
        event("charge.dispute.created", "2026-10-15T12:00:00+02:00", dispute),
        event("charge.dispute.funds_withdrawn", "2026-10-16T12:00:00+02:00", dispute),
        event("charge.dispute.funds_reinstated", "2026-11-06T12:00:00+01:00", dispute),
        event("charge.dispute.closed", "2026-11-06T12:00:00+01:00", dispute),
    ]
    rows = [("2026-10-02", 10_000), ("2026-10-10", -2_500), ("2026-10-16", -7_500), ("2026-11-06", 7_500)]
    for order in (messages, messages[::-1]):
        assert told(order) == rows
    assert told(messages[:4]) == rows[:3]


def test_a_shop_that_takes_back_what_it_said_leaves_no_row(here: Cast) -> None:
    """An order deleted at Shopify; one that WooCommerce put in the trash, and out again."""
    post(here, create(shopify()))
    assert ledger(here) == [("2026-10-02", 10_000)]
    post(here, Message("shopify", "orders/delete", {"id": 7001}))
    assert ledger(here) == []
    paid = woo("processing", "2026-10-02T08:00:00")
    post(here, paid)
    post(here, Message("woocommerce", "order.deleted", {"id": 8001}))
    assert [minor for _day, minor in ledger(here)] == [10_000, -10_000]
    post(here, woo("processing", "2099-10-02T08:00:00", "order.restored"))
    assert ledger(here) == [("2026-10-02", 10_000)]


def test_more_paid_back_than_the_goods_is_said(here: Cast) -> None:
    post(here, create(shopify()))
    post(here, refunded(shopify_refund(91, "2026-10-16T12:00:00+02:00", "163.20", [("136.00", "27.20")])))
    assert ledger(here) == [("2026-10-02", 10_000), ("2026-10-16", -10_000)]
    page = here.sign_in(here.marketing).get(here.url("/results/orders/")).content.decode()
    assert "Paid back €36.00 more than the order’s goods: not counted." in page


def test_test_orders_are_counted_apart_from_none(here: Cast) -> None:
    for message in (*SITUATIONS["S06"][0], *SITUATIONS["T05"][0]):
        post(here, message)
    with here.scope():
        assert not Order.objects.exists()
        assert dict(OrderSource.objects.values_list("kind", "tests")) == {"shopify": 2, "stripe": 1}
    page = here.sign_in(here.marketing).get(here.url("/results/orders/sources/")).content.decode()
    assert "2 test orders, not counted" in page


@pytest.mark.parametrize("says", ["invoice", "payments", "payment"])
@pytest.mark.parametrize("turned", [False, True])
def test_the_first_invoice_of_a_subscription_and_its_refund_are_one_order(
    here: Cast, says: str, *, turned: bool
) -> None:
    """The session names the invoice, the refund the payment: only the invoice, or its payment, says both."""
    Community.objects.filter(pk=here.community.pk).update(time_zone="Europe/Paris")
    here.community.refresh_from_db()
    first = {"id": "in_1", "billing_reason": "subscription_create", "currency": "eur", "total": 12_500}
    payment = {"type": "payment_intent", "payment_intent": "pi_1"}
    named = {
        "invoice": event("invoice.paid", S02, first | {"payment_intent": "pi_1"}),
        "payments": event("invoice.paid", S02, first | {"payments": {"data": [{"payment": payment}]}}),
        "payment": event(
            "invoice_payment.paid", S02, {"id": "inpay_1", "invoice": "in_1", "payment": payment}
        ),
    }[says]
    sale = session(mode="subscription", payment_intent=None, invoice="in_1", subscription="sub_1")
    messages = [
        event("checkout.session.completed", S02, sale),
        named,
        event("refund.created", D16, stripe_refund("re_1", D16, 3_750)),
    ]
    for message in [*(reversed(messages) if turned else messages), *messages]:
        assert post(here, message).status_code == 200
    assert ledger(here) == [SALE, ("2026-10-16", -3_000)]
