"""Messages and forms that come at the same moment, on real connections."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.utils import timezone

from analytics.roi import services
from analytics.roi.exceptions import NameTaken
from analytics.roi.models import Delivery, LedgerEntry, Offer, Order, OrderSource
from communities.scoping import community_scope
from tests.analytics.money import make_offer, make_shop
from tests.analytics.roi.test_hooks import ORDER, SECRET, timed
from tests.communities.content.test_races import at_once
from tests.conftest import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def deliver_at_once(cast: Cast, messages: list[dict[str, Any]], *, in_one: bool = False) -> list[object]:
    """Each message is kept by the page and taken by a worker; `in_one`: both in one transaction."""
    with cast.scope():
        shop = make_shop("generic", "Shop", SECRET)

    def keep(body: bytes) -> tuple[Delivery, bool]:
        source = OrderSource.objects.get(pk=shop.pk)
        return services.receive_message(source, headers={"x-signature": timed(body)}, body=body)

    def deliver(number: int) -> object:
        body = json.dumps(messages[number]).encode()
        with community_scope(cast.community):
            delivery, is_new = keep(body)
            if in_one:
                return services.take_delivery(delivery, community=cast.community)
        with community_scope(cast.community):
            services.take_delivery(delivery, community=cast.community)
        return is_new

    return at_once(len(messages), deliver)


def test_one_message_delivered_many_times_at_once_is_taken_once() -> None:
    cast = make_cast()
    answers = deliver_at_once(cast, [ORDER] * AT_ONCE)
    assert sorted(str(answer) for answer in answers) == ["False"] * (AT_ONCE - 1) + ["True"]
    with cast.scope():
        assert (Order.objects.count(), Delivery.objects.count(), LedgerEntry.objects.count()) == (1, 1, 1)


def versions(number: int) -> list[dict[str, Any]]:
    return [ORDER | {"net": str(10 + n), "updated_at": f"2026-10-12T08:00:{n:02}Z"} for n in range(number)]


def test_a_shop_that_sends_all_at_once_is_answered_each_time() -> None:
    """Each held a share of the shop’s row and waited for the whole of it: all but one ended as failures."""
    cast = make_cast()
    answers = deliver_at_once(cast, versions(AT_ONCE))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with cast.scope():
        order = Order.objects.get()
        assert order.net_minor == (10 + AT_ONCE - 1) * 100, "the newest version stands, whatever came last"


def test_control_kept_and_taken_in_one_transaction_they_wait_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make_cast()
    written, known = threading.Barrier(2), Delivery.objects.get_or_create

    def write_together(**fields: Any) -> Any:
        made = known(**fields)
        written.wait(timeout=30)
        return made

    monkeypatch.setattr(Delivery.objects, "get_or_create", write_together)
    answers = deliver_at_once(cast, versions(2), in_one=True)
    assert sum("deadlock" in str(answer) for answer in answers) == 1, answers


def test_a_form_sent_twice_at_once_keeps_one_and_says_so() -> None:
    cast = make_cast()

    def save(_number: int) -> object:
        with community_scope(cast.community):
            offer = Offer(
                title="Twin", slug="twin", kind=Offer.Kind.LINK, address="https://shop.example.org/"
            )
            offer.starts_on = timezone.localdate()
            return services.save_offer(offer, by=cast.marketing)

    def connect(_number: int) -> object:
        with community_scope(cast.community):
            return services.connect_shop(by=cast.marketing, kind="generic", name="Twin", secret=SECRET)

    for act in (save, connect):
        answers = at_once(4, act)
        assert sum(isinstance(answer, NameTaken) for answer in answers) == 3, answers
    with cast.scope():
        make_offer()
        assert Offer.objects.count() == 2
