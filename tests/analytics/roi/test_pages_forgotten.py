"""What somebody had read before they bought is known as long as they agree, and as long as the visit itself is."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from analytics.capture.models import Event, Kind
from analytics.capture.services import forget_visits, withdraw_consent
from analytics.capture.storing import store_hits
from analytics.roi.articles import forget_orders_of
from analytics.roi.models import Credit, Order, OrderSource
from analytics.roi.tasks import keep_ledgers
from communities.models import Membership
from members.personal import Departure, Leaver
from tests.communities.blogs.test_article_sources import visit
from tests.conftest import Cast

PAGE, VISITOR = "/blogs/journal/hemp/", 7


def sell(here: Cast, person: Membership, number: str, touched_at: datetime.datetime | None = None) -> Order:
    shop = OrderSource.objects.get_or_create(name="Shop", kind="file")[0]
    order: Order = Order.objects.create(
        source=shop, external_id=number, placed_at=timezone.now(), net_minor=1000,
        currency=here.community.currency, matched_by="member", membership=person,
    )  # fmt: skip
    at = touched_at or timezone.now()
    Credit.objects.create(
        order=order, model="last", channel="direct", page=PAGE, touched_at=at, amount_minor=1000
    )
    return order


def withdraw(_person: Membership) -> None:
    withdraw_consent(VISITOR)


def erase(person: Membership) -> None:
    forget_orders_of(Leaver(membership_id=person.pk, departure=Departure.ERASURE), 100)


@pytest.mark.parametrize("act", [withdraw, forget_visits, erase])
def test_the_page_goes_with_consent_and_the_order_stays(
    here: Cast, act: Callable[[Membership], object]
) -> None:
    with here.scope():
        store_hits(here.community, visit(here, VISITOR, [(PAGE, Kind.PAGE_VIEW)]))
        Event.objects.update(membership=here.member, consent=1)
        own, other = sell(here, here.member, "1"), sell(here, here.ambassador, "2")
        for _twice in range(2):
            act(here.member)
        told = {credit.order_id: (credit.page, credit.amount_minor) for credit in Credit.objects.all()}
        assert told == {own.pk: ("", 1000), other.pk: (PAGE, 1000)}


def test_the_page_goes_with_the_visits_of_its_month(here: Cast) -> None:
    with here.scope():
        now = timezone.now()
        sell(here, here.member, "1", now - datetime.timedelta(days=26 * 31))
        sell(here, here.member, "2", now - datetime.timedelta(days=23 * 30))
    keep_ledgers()
    with here.scope():
        pages = Credit.objects.order_by("order__external_id").values_list("page", flat=True)
        assert list(pages) == ["", PAGE]
