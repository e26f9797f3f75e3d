"""Since when an order counts for what its buyer had read: what was told of an article stays what it was."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pytest
from django.utils import timezone

from analytics.capture.models import Event, Kind
from analytics.roi import services
from analytics.roi.models import Credit, LedgerEntry, Order, OrderSource
from analytics.roi.order_files import OrderRow
from analytics.roi.services.orders import store_tellings
from analytics.roi.shops import own
from analytics.roi.shops.telling import Telling, What
from communities.blogs.readings import Figures
from communities.content.models import Thread
from communities.models import Membership
from tests.analytics.money import make_shop
from tests.communities.blogs.test_article_sources import article_of, count, thursday, visit
from tests.conftest import Cast
from tests.factories import make_memberships

WEEKS_AGO = 5
LONG_AGO = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def article(here: Cast) -> Thread:
    with here.scope():
        return article_of(here)


@pytest.fixture
def buyers(here: Cast, article: Thread) -> list[Membership]:
    """Eleven people, who read the article before they bought and agree that this is known."""
    with here.scope():
        people = make_memberships(*({} for _one in range(11)))
        page = [(article.get_absolute_url(), Kind.PAGE_VIEW)]
        count(here, [visit(here, n, page, ago=WEEKS_AGO) for n in range(1, 12)])
        for number, person in enumerate(people, start=1):
            Event.objects.filter(visitor=number).update(membership=person, consent=1)
    return people


def row_of(here: Cast, number: str, buyer: Membership | None = None, net: int = 1000) -> OrderRow:
    at = thursday(WEEKS_AGO) + datetime.timedelta(hours=1)
    member = buyer.handle if buyer is not None else ""
    return OrderRow(number, at, net, here.community.currency, member=member)


def tell(here: Cast, rows: Iterable[OrderRow], *, key: str = LONG_AGO, more: Iterable[Telling] = ()) -> None:
    told = [*(own.tell(row, key) for row in rows), *more]
    store_tellings(make_shop(), told, community=here.community)


def known_long_ago() -> None:
    Order.objects.update(known_at=thursday(WEEKS_AGO) + datetime.timedelta(hours=2))


def told_of(article: Thread, here: Cast) -> int | None:
    return Figures(article, here.community).lately()[-1].orders


def test_an_order_whose_buyer_is_found_later_is_added_to_nothing_that_was_told(
    here: Cast, article: Thread, buyers: list[Membership]
) -> None:
    with here.scope():
        rows = [row_of(here, str(n), buyer) for n, buyer in enumerate(buyers[:10])]
        tell(here, [*rows, row_of(here, "late")])
        known_long_ago()
        assert told_of(article, here) == 10
        tell(here, [row_of(here, "late", buyers[10])])
        late = Order.objects.get(external_id="late")
        assert (late.membership, Credit.objects.filter(order=late).exclude(page="").count()) == (
            buyers[10],
            2,
        )
        assert told_of(article, here) == 10, "whoever subtracts finds nobody"
        assert timezone.now() - late.known_at < datetime.timedelta(minutes=5)
        # Told once more, and for another sum: it counts since then, and the others since ever.
        since = late.known_at
        tell(here, [row_of(here, "late", buyers[10], net=900), *rows], key="2026-01-02T00:00:00+00:00")
        late.refresh_from_db()
        assert (late.known_at, late.net_minor, told_of(article, here)) == (since, 900, 10)


@pytest.mark.parametrize("says_who", [True, False])
def test_an_order_that_gets_another_number_has_counted_all_the_time(
    here: Cast, article: Thread, buyers: list[Membership], says_who: bool
) -> None:
    """Also where what says the other number says nothing of the buyer; what came off it stays with it."""
    with here.scope():
        back = row_of(here, "back", net=-300)
        back.is_refund, back.refund_of, back.kind = True, "0", "refund"
        tell(here, [*(row_of(here, str(n), buyer) for n, buyer in enumerate(buyers[:10])), back])
        known_long_ago()
        before = Figures(article, here.community).lately()[-1]
        assert (before.orders, "97" in before.net) == (10, True)
        same = Telling("0", What.SAME, id="invoice")
        again = [row_of(here, "invoice", buyers[0])] if says_who else []
        tell(here, again, more=[same])
        assert Figures(article, here.community).lately()[-1] == before
        assert not Order.objects.filter(external_id="0").exists()
        order = Order.objects.get(external_id="invoice")
        assert (order.membership, order.known_at) == (buyers[0], Order.objects.get(external_id="1").known_at)
        assert Order.objects.get(external_id="back").refund_of == "invoice"
        shop = OrderSource.objects.get()
        lines = LedgerEntry.objects.benefits().filter(unit_id__endswith=":invoice")
        assert [line.unit_id for line in lines] == [f"order:{shop.pk}:invoice"]


def test_what_is_told_later_without_a_buyer_leaves_the_order_with_its_article(
    here: Cast, article: Thread, buyers: list[Membership]
) -> None:
    with here.scope():
        tell(here, [row_of(here, str(n), buyer) for n, buyer in enumerate(buyers[:10])])
        known_long_ago()
        services.store_orders(make_shop(), [row_of(here, "0", net=1200)], community=here.community)
        order = Order.objects.get(external_id="0")
        assert (order.net_minor, order.membership) == (1200, buyers[0])
        assert told_of(article, here) == 10


def test_a_correction_is_told_with_nine_other_buyers_or_not_at_all(
    here: Cast, article: Thread, buyers: list[Membership]
) -> None:
    """Also one that leaves nothing of an order, and one that is corrected back."""

    def again(number: int, net: int, day: int) -> None:
        row = row_of(here, str(number), buyers[number], net=net)
        tell(here, [row], key=f"2026-01-{day:02}T00:00:00+00:00")

    def lately() -> tuple[int | None, str]:
        read = Figures(article, here.community).lately()[-1]
        return read.orders, read.net

    with here.scope():
        tell(here, [row_of(here, str(n), buyer) for n, buyer in enumerate(buyers[:10])])
        known_long_ago()
        before = lately()
        assert (before[0], "100" in before[1]) == (10, True)
        again(0, 900, 2)
        again(1, 0, 3)
        again(2, 700, 4)
        again(2, 1000, 5)
        assert lately() == before, "whoever subtracts learns nothing of anybody"
        assert [order.net_minor for order in Order.objects.order_by("external_id")[:3]] == [900, 0, 1000]
        # A week later ten others have bought, too: it is told with them.
        changed = (thursday(2)).date().isoformat()
        for order in Order.objects.exclude(corrections=[]):
            order.corrections = [[changed, by] for _day, by in order.corrections]
            order.save(update_fields=["corrections"])
        assert lately() == before
        tell(here, [row_of(here, f"more-{n}", buyer) for n, buyer in enumerate(buyers[:10])])
        Order.objects.filter(external_id__startswith="more-").update(known_at=thursday(2))
        told = lately()
        assert told[0] == 20
        assert "189" in told[1], "two hundred, less one and less ten"


def test_what_an_order_that_gets_another_number_was_corrected_by_goes_along(
    here: Cast, article: Thread, buyers: list[Membership]
) -> None:
    with here.scope():
        tell(here, [row_of(here, str(n), buyer) for n, buyer in enumerate(buyers[:10])])
        known_long_ago()
        before = Figures(article, here.community).lately()[-1]
        tell(here, [row_of(here, "0", buyers[0], net=800)], key="2026-01-02T00:00:00+00:00")
        tell(
            here, [row_of(here, "invoice", buyers[0], net=800)], more=[Telling("0", What.SAME, id="invoice")]
        )
        assert Order.objects.get(external_id="invoice").net_minor == 800
        assert Figures(article, here.community).lately()[-1] == before
