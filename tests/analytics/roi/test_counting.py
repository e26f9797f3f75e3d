"""What is counted here is valued by itself, once, and never beside a typed figure of the same day."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.capture.models import AudienceDay, Event
from analytics.reports.queries import History
from analytics.roi import services
from analytics.roi.counting import daily_counts
from analytics.roi.models import Count, LedgerEntry, Measure, Order
from analytics.roi.tasks import keep_ledgers
from communities.calendar import Month, day_of
from communities.promotions.models import Banner
from communities.promotions.services import add_minute
from tests.analytics.money import OCTOBER, at, make_cost, make_month, make_offer, make_order, make_rate
from tests.conftest import Cast

MINUTE = datetime.timedelta(minutes=1)
ALL = {"served": 0, "measurable": 0, "clicks": 0}


def see(banner: Banner, at: datetime.datetime, viewable: int) -> None:
    add_minute(at, {banner.pk: ALL | {"viewable": viewable}})


def make_banner(text: str = "Sharpen your blades") -> Banner:
    banner: Banner = Banner.objects.create(placement="home", text=text, button="Go", target="/offers/x/")
    return banner


def impressions(cast: Cast, day: int = 5) -> list[tuple[str, int, int]]:
    lines = LedgerEntry.objects.of_measure("impression").filter(day=at(day).date()).order_by("unit_id")
    return [(line.label, line.n, line.amount_minor) for line in lines]


def type_in(cast: Cast, measure: str, n: int, *, on_top: bool = False, day: int = 5) -> None:
    days = {at(day).date(): n}
    services.add_counts(
        cast.community, measure, by=cast.marketing, source="Ad server", days=days, on_top=on_top
    )


def test_banners_feed_the_media_value_by_themselves(here: Cast) -> None:
    """A line for each banner and day; computed again, nothing changes; a new rate moves total, not hard."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    with here.scope():
        make_rate(here, "cpm", "10")
        make_cost(here, 100_00, starts_on=now.date())
        first, second = make_banner(), make_banner("Join the regatta")
        see(first, now, 40_000)
        see(first, now + MINUTE, 2_000)
        see(second, now + 2 * MINUTE, 8_000)
    for _run in range(2):
        keep_ledgers()
    with here.scope():
        lines = LedgerEntry.objects.of_measure("impression")
        assert sorted((line.label, line.confidence) for line in lines) == [
            ("Join the regatta", "valued"),
            ("Sharpen your blades", "valued"),
        ]
        assert sum(line.n for line in lines) == 50_000
        assert sum(line.amount_minor for line in lines) == 500_00
        month = History(here.community, Month.of(day_of(now, here.community)).first).current
        make_rate(here, "cpm", "20")
        again = History(here.community, month.first).current
    assert (month.total, month.hard) == (500_00, 0)
    assert (again.total, again.hard, again.cost) == (1_000_00, 0, month.cost)


def test_an_hour_belongs_to_the_local_day(here: Cast) -> None:
    with here.scope():
        see(make_banner(), datetime.datetime(2026, 10, 4, 22, 30, tzinfo=datetime.UTC), 7)
        assert daily_counts(here.community, Measure.IMPRESSION, OCTOBER, at(31).date()) == {at(5).date(): 7}


def test_what_is_typed_is_never_counted_beside_what_is_counted_here(here: Cast) -> None:
    with here.scope():
        make_rate(here, "cpm", "10")
        type_in(here, "impression", 900_000)
        assert impressions(here) == [("Ad server", 900_000, 9_000_00)]
        see(make_banner(), at(5), 50_000)
        services.revalue(here.community, "impression")
        assert impressions(here) == [("Sharpen your blades", 50_000, 500_00)]
        type_in(here, "impression", 100_000, on_top=True)
        assert impressions(here) == [
            ("Sharpen your blades", 50_000, 500_00),
            ("Ad server", 100_000, 1_000_00),
        ]
        type_in(here, "impression", 100_000, day=6)
        assert impressions(here, 6) == [("Ad server", 100_000, 1_000_00)]


def test_the_page_says_what_is_counted_here_and_what_is_left_out(here: Cast) -> None:
    today = timezone.now().astimezone(here.community.zone)
    with here.scope():
        see(make_banner(), today.replace(minute=0, second=0, microsecond=0), 1_234)
        AudienceDay.objects.create(day=at(5).date(), dimension="channel", key="12", visits=40)
    client = here.sign_in(here.marketing)
    said = {"measure": "visit", "day": "2026-10-05", "n": "90", "source": "Statistics"}
    assert client.post(here.url("/results/counts/"), said).status_code == 302
    text = client.get(here.url("/results/counts/")).content.decode()
    assert "Counted here, automatically" in text
    assert "<dd>1,234</dd>" in text
    assert "no: 40 were counted here that day" in text
    assert client.post(here.url("/results/counts/"), said | {"on_top": "on"}).status_code == 302
    assert "yes, on top" in client.get(here.url("/results/counts/")).content.decode()
    with here.scope():
        assert Count.objects.get().on_top
        assert daily_counts(here.community, Measure.VISIT, OCTOBER, at(31).date()) == {at(5).date(): 130}


def visits_value(cast: Cast) -> tuple[int, int]:
    line = LedgerEntry.objects.of_measure("visit").get()
    return line.n, line.amount_minor


def test_visits_from_search_engines_are_valued_as_they_were_measured(here: Cast) -> None:
    with here.scope():
        make_rate(here, "visit", "0.50")
        for key, visits in (("12", 40), ("19", 900), ("3", 70)):
            AudienceDay.objects.create(day=at(5).date(), dimension="channel", key=key, visits=visits)
        services.revalue(here.community, "visit")
        assert visits_value(here) == (40, 20_00)


@pytest.mark.parametrize("orders", [1, 2])
def test_a_visit_that_led_to_an_order_is_not_worth_its_price_as_well(here: Cast, orders: int) -> None:
    """The order counts; where it is taken back from the community, the visit counts again."""
    make_month(at(5))
    with here.scope():
        make_rate(here, "visit", "0.50")
        make_offer()
        AudienceDay.objects.create(day=at(5).date(), dimension="channel", key="12", visits=40)
        facts = {"kind": 1, "visitor": 7, "consent": 1, "path": "/", "membership": here.member}
        for entry, channel, minute in ((True, 12, 0), (False, 0, 5)):
            moment = at(5) + datetime.timedelta(minutes=minute)
            Event.objects.create(
                uid=f"00000000-0000-0000-0000-{minute:012}",
                occurred_at=moment, entry=entry, channel=channel, visit=1, visit_at=at(5), **facts,
            )  # fmt: skip
        services.revalue(here.community, "visit")
        assert visits_value(here) == (40, 20_00)
        for number in range(orders):
            make_order(here.community, f"A{number}", 10_000, member=here.member.handle)
        assert set(Order.objects.values_list("matched_by", flat=True)) == {"member"}
        assert visits_value(here) == (39, 19_50)
        for number in range(orders):
            make_order(here.community, f"A{number}", 10_000, code="BLADE")
        assert visits_value(here) == (40, 20_00)
        assert daily_counts(here.community, Measure.VISIT, OCTOBER, at(31).date()) == {at(5).date(): 40}


def test_rates_round_once_for_each_line(here: Cast) -> None:
    with here.scope():
        make_rate(here, "cpm", "9.99", low=Decimal(9), high=Decimal(11))
        for n in range(3):
            see(make_banner(f"Banner {n}"), at(5) + n * MINUTE, 333)
        services.revalue(here.community, "impression")
        assert sum(amount for _label, _n, amount in impressions(here)) == 3 * 333
