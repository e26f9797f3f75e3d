"""From Redis into the hourly table: each minute once, whatever is interrupted, repeated or done twice at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from communities.promotions import counting, services
from communities.promotions.models import Banner, BannerHour, CountedMinute
from communities.promotions.queries import Impressions, impressions_between, impressions_by_banner
from communities.promotions.tasks import store_banner_counts
from tests.communities.promotions.conftest import make_banner
from tests.conftest import Cast

SetTime = Callable[[datetime.datetime], None]
NOON = datetime.datetime(2026, 5, 4, 12, 7, 30, tzinfo=datetime.UTC)
LATER = NOON + datetime.timedelta(minutes=5)


def tell(cast: Cast, banner: Banner, times: int = 1, **kinds: int) -> None:
    for number in range(times):
        seen = {"served": [banner.pk], "measurable": [banner.pk], "viewable": [banner.pk]}
        assert counting.count(cast.community.pk, seen, address=f"10.0.{number // 100}.{number % 100}")


def hours(cast: Cast) -> list[tuple[Any, ...]]:
    with cast.scope():
        rows = BannerHour.objects.order_by("hour", "banner_id")
        return list(rows.values_list("banner_id", "hour", "served", "measurable", "viewable", "clicks"))


HOUR = datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)


def test_counts_arrive_in_their_hour(here: Cast, banner: Banner, at: SetTime) -> None:
    at(NOON)
    tell(here, banner, 3)
    assert counting.count(here.community.pk, {"clicks": [banner.pk]}, address="10.0.0.9")
    at(NOON + datetime.timedelta(minutes=53))
    tell(here, banner)
    assert services.store_counts(NOON + datetime.timedelta(hours=2)) == 2
    one = datetime.timedelta(hours=1)
    assert hours(here) == [(banner.pk, HOUR, 3, 3, 3, 1), (banner.pk, HOUR + one, 1, 1, 1, 0)]
    assert services.store_counts(NOON + datetime.timedelta(hours=2)) == 0, "Redis has forgotten them"


def test_a_minute_that_may_still_be_written_to_waits(here: Cast, banner: Banner, at: SetTime) -> None:
    at(NOON)
    tell(here, banner)
    assert services.store_counts(NOON + datetime.timedelta(seconds=60)) == 0
    assert hours(here) == []
    assert services.store_counts(LATER) == 1


def test_a_crash_before_redis_forgets_counts_once(
    here: Cast, banner: Banner, at: SetTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(NOON)
    tell(here, banner, 2)

    def die(minute: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr("communities.promotions.services.forget_minute", die)
        with pytest.raises(SystemExit):
            services.store_counts(LATER)
    assert hours(here) == [(banner.pk, HOUR, 2, 2, 2, 0)]
    assert services.store_counts(LATER) == 1, "the minute is offered again"
    assert hours(here) == [(banner.pk, HOUR, 2, 2, 2, 0)]


def test_without_the_entry_a_crash_would_count_twice(
    here: Cast, banner: Banner, at: SetTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: it is the entered minute that holds."""
    at(NOON)
    tell(here, banner, 2)
    with monkeypatch.context() as patch:
        patch.setattr("communities.promotions.services.forget_minute", lambda minute: None)
        services.store_counts(LATER)
    with here.scope():
        CountedMinute.objects.all().delete()
    services.store_counts(LATER)
    assert hours(here) == [(banner.pk, HOUR, 4, 4, 4, 0)]


def test_a_crash_between_two_communities_loses_and_doubles_nothing(
    here: Cast, elsewhere: Cast, banner: Banner, at: SetTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_banner(elsewhere)
    at(NOON)
    tell(here, banner)
    tell(elsewhere, other)
    add, done = services.add_minute, []

    def add_one(minute: datetime.datetime, counts: counting.Counts) -> None:
        if done:
            raise SystemExit("killed")
        done.append(counts)
        add(minute, counts)

    with monkeypatch.context() as patch:
        patch.setattr(services, "add_minute", add_one)
        with pytest.raises(SystemExit):
            services.store_counts(LATER)
    assert len(hours(here) + hours(elsewhere)) == 1
    services.store_counts(LATER)
    assert hours(here) == [(banner.pk, HOUR, 1, 1, 1, 0)]
    assert hours(elsewhere) == [(other.pk, HOUR, 1, 1, 1, 0)]


def test_a_crash_inside_the_transaction_leaves_nothing_and_is_made_good(
    here: Cast, banner: Banner, at: SetTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(NOON)
    tell(here, banner)

    def die(self: object, *rows: object, **options: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patch:
        patch.setattr("communities.promotions.models.BannerHour.objects.bulk_create", die)
        with pytest.raises(SystemExit):
            services.store_counts(LATER)
    with here.scope():
        assert not CountedMinute.objects.exists(), "entered and added stand in one transaction"
    services.store_counts(LATER)
    assert hours(here) == [(banner.pk, HOUR, 1, 1, 1, 0)]


def test_a_redis_put_back_from_an_old_copy_counts_nothing_again(
    here: Cast, banner: Banner, at: SetTime
) -> None:
    for _time in range(2):
        at(NOON)
        tell(here, banner)
        services.store_counts(LATER)
    assert hours(here) == [(banner.pk, HOUR, 1, 1, 1, 0)]


def test_banners_that_have_gone_are_passed_over(here: Cast, banner: Banner, at: SetTime) -> None:
    at(NOON)
    tell(here, banner)
    counting.count(here.community.pk, {"served": [banner.pk + 1000]}, address="10.1.1.1")
    counting.count(here.community.pk + 1000, {"served": [1]}, address="10.1.1.1")
    assert services.store_counts(LATER) == 1
    assert hours(here) == [(banner.pk, HOUR, 1, 1, 1, 0)]


def test_the_task_runs(here: Cast, banner: Banner, at: SetTime) -> None:
    at(NOON)
    tell(here, banner)
    at(LATER)
    assert store_banner_counts.apply().get() == 1


def test_one_address_is_believed_so_many_times_a_minute(
    here: Cast, elsewhere: Cast, banner: Banner, at: SetTime
) -> None:
    at(NOON)
    seen = {"served": [banner.pk]}
    told = [counting.count(here.community.pk, seen, address="10.0.0.1") for _time in range(130)]
    assert told == [True] * counting.MOST_PER_MINUTE + [False] * 10
    assert counting.count(here.community.pk, seen, address="10.0.0.2")
    assert counting.count(elsewhere.community.pk, seen, address="10.0.0.1"), "each community by itself"
    at(NOON + datetime.timedelta(minutes=1))
    assert counting.count(here.community.pk, seen, address="10.0.0.1"), "a new minute"


def test_redis_knows_numbers_only(here: Cast, banner: Banner, at: SetTime) -> None:
    at(NOON)
    tell(here, banner)
    client = counting._connect()
    names = list(client.scan_iter(counting._key("*")))
    text = " ".join(names)
    for name in names:
        kind = client.type(name)
        text += str(client.hgetall(name) if kind == "hash" else client.dump(name))
        assert client.ttl(name) != -1 or name.endswith(":minutes"), f"{name} stays for ever"
    assert "10.0.0.0" not in text


def test_figures_of_a_period(here: Cast, elsewhere: Cast, banner: Banner) -> None:
    second, other = make_banner(here), make_banner(elsewhere)
    one = datetime.timedelta(hours=1)
    for cast, shown, hour, seen in (
        (here, banner, HOUR, 10),
        (here, banner, HOUR + one, 20),
        (here, second, HOUR, 5),
        (elsewhere, other, HOUR, 99),
    ):
        with cast.scope():
            BannerHour.objects.create(
                banner=shown, hour=hour, served=seen * 2, measurable=seen, viewable=seen, clicks=1
            )
    with here.scope():
        assert impressions_between(here.community, HOUR, HOUR + one) == Impressions(30, 15, 15, 2)
        assert impressions_between(here.community, HOUR, HOUR + 2 * one) == Impressions(70, 35, 35, 3)
        assert impressions_between(here.community, HOUR + 2 * one, HOUR + 3 * one) == Impressions()
        assert impressions_by_banner(here.community, HOUR, HOUR + 2 * one) == {
            banner.pk: Impressions(60, 30, 30, 2),
            second.pk: Impressions(10, 5, 5, 1),
        }


def test_a_rate_says_its_range_or_nothing() -> None:
    """The example of the Viadeo campaign: 5 clicks of 750 impressions."""
    counted = Impressions(800, 780, 750, 5)
    assert counted.click_rate == pytest.approx(0.00667, abs=1e-5)
    low, high = counted.click_range
    assert (low, high) == (pytest.approx(0.00285, abs=1e-5), pytest.approx(0.01551, abs=1e-5))
    assert counted.viewable_rate == pytest.approx(750 / 780)
    assert Impressions().click_rate is None
    assert Impressions().viewable_rate is None
    assert Impressions(1, 1, 1, 5).click_rate is None, "more clicks than were seen: machines"
    assert Impressions(1, 1, 1, 5).click_range is None
