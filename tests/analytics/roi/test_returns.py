"""Formulas against figures that others published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from analytics.roi.monthly import share
from analytics.roi.returns import payback, per_year, roi, unit_cost
from communities.intervals import wilson


def test_unit_costs_of_a_small_campaign() -> None:
    cost, impressions, clicks = 7300, 750, 5
    assert unit_cost(cost, clicks) == 1460
    assert round(unit_cost(cost, impressions, per=1000) or 0) == 9733
    assert round(clicks / impressions * 100, 4) == 0.6667
    low, high = wilson(clicks, impressions)
    assert (round(low * 100, 4), round(high * 100, 4)) == (0.2851, 1.5510)


def test_no_units_have_no_cost() -> None:
    assert unit_cost(7300, 0) is None


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_carries_the_interval_of_newcombe(successes: int, n: int, low: float, high: float) -> None:
    found = share(successes, n).interval
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)
    assert share(successes, n).is_few == (n < 30)


def test_no_cases_have_no_interval() -> None:
    assert share(0, 0).interval is None
    assert share(0, 0).value is None


def test_roi() -> None:
    assert roi(17_500_00 + 2 * 500_00, 10_000_00) == Decimal("0.85")
    share = roi(8_890_00 + 48_00, 6_010_00)
    assert share is not None
    assert round(share * 100, 1) == Decimal("48.7")
    assert round((per_year(share, 1.5) or 0) * 100, 2) == Decimal("30.29")
    assert roi(100, 0) is None
    assert per_year(share, 0.5) is None


@pytest.mark.parametrize(
    ("flows", "after"),
    [
        ([-428_000, 42_500, 63_500, 80_500, 543_000], "3.44"),
        ([-41_500, 20_700, 13_000, 20_100, 16_900], "2.39"),
        ([-15_000, *[14_000] * 12], "1.07"),
        ([-50_000, *[12_000] * 12], "4.17"),
    ],
)
def test_payback(flows: list[int], after: str) -> None:
    found = payback(flows)
    assert found is not None
    assert round(found, 2) == Decimal(after)


def test_payback_is_the_last_crossing_or_none() -> None:
    assert payback([-100, 150, -100, 200]) == Decimal("2.25")
    assert payback([-200_000, *[5_000] * 12]) is None
    assert payback([-100, 150, -100]) is None


@pytest.mark.parametrize(
    ("launch", "monthly", "percent"), [(15_000, 1_000, 567), (50_000, 3_000, 109), (200_000, 10_000, -44)]
)
def test_roi_of_a_first_year(launch: int, monthly: int, percent: int) -> None:
    share = roi(15_000 * 12, launch + monthly * 12)
    assert share is not None
    assert round(share * 100) == percent
