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
from tests.analytics.roi.messages import Message, create, ledger, post
from tests.analytics.roi.situations import SAMPLES, SITUATIONS, Row, sample
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


def test_test_orders_are_counted_apart_from_none(here: Cast) -> None:
    for message in (*SITUATIONS["S06"][0], *SITUATIONS["T05"][0]):
        post(here, message)
    with here.scope():
        assert not Order.objects.exists()
        assert dict(OrderSource.objects.values_list("kind", "tests")) == {"shopify": 2, "stripe": 1}
    page = here.sign_in(here.marketing).get(here.url("/results/orders/sources/")).content.decode()
    assert "2 test orders, not counted" in page
